import { useId, type ComponentProps } from 'react';
import { cx } from '../../components/ui/cx.ts';
import { inputClass } from '../../components/ui/field.tsx';

type Props = Omit<ComponentProps<'select'>, 'id'> & { label: string; options: readonly (readonly [string, string])[] };

/** A labelled choice of a few. */
export function Select({ label, options, className, ...rest }: Props) {
  const id = useId();
  return (
    <div className={cx('space-y-1', className)}>
      <label htmlFor={id} className="block text-sm font-semibold">
        {label}
      </label>
      <select id={id} className={inputClass} {...rest}>
        {options.map(([value, text]) => (
          <option key={value} value={value} className="bg-sheet">
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
