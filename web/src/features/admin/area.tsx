import { useId, type ComponentProps } from 'react';
import { cx } from '../../components/ui/cx.ts';
import { inputClass } from '../../components/ui/field.tsx';

type Props = Omit<ComponentProps<'textarea'>, 'id'> & { label: string; hint: string; error?: string | undefined };

/** A labelled place for several lines, each an entry of its own. */
export function Area({ label, hint, error, ...rest }: Props) {
  const id = useId();
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block text-sm font-semibold">
        {label}
      </label>
      <textarea
        id={id}
        rows={3}
        spellCheck={false}
        autoCapitalize="none"
        aria-invalid={error ? true : undefined}
        aria-describedby={`${id}-hint`}
        className={cx(inputClass, 'font-mono text-sm', error && 'border-danger!')}
        {...rest}
      />
      <p id={`${id}-hint`} className="space-y-1 text-sm text-muted">
        {error && <span className="block text-danger">{error}</span>}
        <span className="block">{hint}</span>
      </p>
    </div>
  );
}
