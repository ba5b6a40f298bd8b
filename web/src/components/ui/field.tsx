import { useId, type ComponentProps, type ReactNode } from 'react';
import { cx } from './cx.ts';

type Props = Omit<ComponentProps<'input'>, 'id'> & {
  label: string;
  /** Beside the label, such as “optional”. */
  aside?: string | undefined;
  hint?: string | undefined;
  error?: string | undefined;
  /** Inside the field's end, such as a button that shows the password. */
  end?: ReactNode;
};

export const inputClass =
  'w-full min-h-10 rounded-md border border-line-strong bg-paper px-3 py-1.5 text-base text-ink transition-colors hover:border-muted focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0';

/** A labelled input whose hint and error are read out with it. */
export function Field({ label, aside, hint, error, end, className, ...rest }: Props) {
  const id = useId();
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="flex items-baseline gap-2 text-sm font-semibold">
        {label}
        {aside && <span className="font-normal text-muted">{aside}</span>}
      </label>
      <div className="relative">
        <input
          id={id}
          aria-invalid={error ? true : undefined}
          aria-describedby={described || undefined}
          className={cx(inputClass, error && 'border-danger!', end !== undefined && 'pe-11', className)}
          {...rest}
        />
        {end && <div className="absolute inset-y-0 end-1 flex items-center">{end}</div>}
      </div>
      {error && (
        <p id={`${id}-error`} className="text-sm text-danger">
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}
