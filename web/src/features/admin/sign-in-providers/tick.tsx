import { useId } from 'react';

type Props = { name: string; label: string; on: boolean; hint?: string; error?: string | undefined };

/** Something that is so or not, with what that means. */
export function Tick({ name, label, on, hint, error }: Props) {
  const id = useId();
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return (
    <div className="flex gap-2.5">
      <input
        id={id}
        type="checkbox"
        name={name}
        defaultChecked={on}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        className="mt-0.5 size-5 shrink-0 accent-accent"
      />
      <div>
        <label htmlFor={id}>{label}</label>
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
    </div>
  );
}
