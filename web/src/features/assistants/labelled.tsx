import { useId, type ReactNode } from 'react';

type Props = {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  children(field: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined }): ReactNode;
};

/** What `Field` is for an input, for any other field: hint and error are read out with it. */
export function Labelled({ label, hint, error, children }: Props) {
  const id = useId();
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block text-sm font-semibold">
        {label}
      </label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
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
