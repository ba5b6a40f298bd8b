import type { PermissionSet } from '../../../../shared/api/permissions.ts';
import { permissions } from '../../../../shared/permissions.ts';
import { useStrings } from '../../lib/strings/index.ts';

type Props = {
  legend: string;
  hint?: string;
  /** What is ticked at first. */
  initial: Partial<PermissionSet>;
};

/** A box for each permission, named after it. */
export function PermissionBoxes({ legend, hint, initial }: Props) {
  const words = useStrings().governance;
  return (
    <fieldset>
      <legend className="text-sm font-semibold">{legend}</legend>
      {hint && <p className="text-sm text-muted">{hint}</p>}
      <div className="mt-1">
        {permissions.map((permission) => (
          <label key={permission} className="flex min-h-9 cursor-pointer items-center gap-2.5">
            <input
              type="checkbox"
              name={permission}
              className="size-4 accent-accent"
              defaultChecked={initial[permission] ?? false}
            />
            {words.permissionNames[permission]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** What is ticked in a form. */
export function permissionsIn(form: HTMLFormElement): PermissionSet {
  const data = new FormData(form);
  return Object.fromEntries(permissions.map((permission) => [permission, data.has(permission)])) as PermissionSet;
}
