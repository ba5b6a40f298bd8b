import type { ReactNode } from 'react';

type Props = {
  legend: string;
  hint?: string;
  name: string;
  options: readonly (readonly [string, string])[];
  ticked: readonly string[];
  /** Below the last. */
  children?: ReactNode;
};

/** Some of many. The hidden field says that they were there to be ticked: none is not the same as not asked. */
export function Ticks({ legend, hint, name, options, ticked, children }: Props) {
  return (
    <fieldset>
      <legend className="text-sm font-semibold">{legend}</legend>
      <input type="hidden" name={`${name}_shown`} />
      {hint && <p className="text-sm text-muted">{hint}</p>}
      <div className="mt-1 max-h-44 overflow-y-auto">
        {options.map(([value, text]) => (
          <label key={value} className="flex min-h-9 cursor-pointer items-center gap-2.5">
            <input
              type="checkbox"
              name={name}
              value={value}
              defaultChecked={ticked.includes(value)}
              className="size-4 shrink-0 accent-accent"
            />
            <span className="min-w-0 break-words">{text}</span>
          </label>
        ))}
        {children}
      </div>
    </fieldset>
  );
}
