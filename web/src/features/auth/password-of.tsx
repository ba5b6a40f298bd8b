import { useStrings } from '../../lib/strings/index.ts';

/** Whose password one is about to type, where a directory's is taken too. */
export function PasswordOf({ error }: { error: string | undefined }) {
  const words = useStrings().directories;
  const choices = [
    ['ldap', words.company],
    ['local', words.own],
  ] as const;
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-semibold">{words.passwordOf}</legend>
      <div className="flex flex-wrap gap-x-5">
        {choices.map(([value, text], at) => (
          <label key={value} className="flex min-h-9 cursor-pointer items-center gap-2.5">
            <input
              type="radio"
              name="method"
              value={value}
              defaultChecked={at === 0}
              className="size-4 accent-accent"
            />
            {text}
          </label>
        ))}
      </div>
      {error && <p className="text-sm text-danger">{error}</p>}
    </fieldset>
  );
}
