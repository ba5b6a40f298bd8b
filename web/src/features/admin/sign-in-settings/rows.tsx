import type { SettingKey, SettingsAnswer, SettingValues } from '../../../../../shared/api/settings.ts';
import { cx } from '../../../components/ui/cx.ts';
import { inputClass } from '../../../components/ui/field.tsx';
import { useAdminStrings } from '../../../lib/strings/admin.ts';
import { SettingRow } from './setting-row.tsx';

type Values = SettingValues<'auth'>;
/** What was changed and not saved; NaN for a number that was emptied. */
export type Draft = Partial<Values>;

export type Desk = {
  settings: SettingsAnswer<'auth'>['settings'];
  draft: Draft;
  change(changes: Draft): void;
  reset(key: SettingKey<'auth'>): void;
  errors: Record<string, string>;
};
type KeysOf<T> = { [K in keyof Values]: Values[K] extends T ? K : never }[keyof Values];

const closed = 'disabled:cursor-not-allowed disabled:opacity-60';

function useRow<K extends SettingKey<'auth'>>(desk: Desk, name: K, tell: (value: Values[K]) => string) {
  const words = useAdminStrings().signInSettings;
  const setting = desk.settings[name];
  return {
    value: (desk.draft[name] ?? setting.value) as Values[K],
    editable: setting.editable,
    invalid: desk.errors[name] === undefined ? undefined : true,
    row: {
      label: words.labels[name],
      hint: words.hints[name],
      error: desk.errors[name],
      setting,
      fallback: tell(setting.fallback as Values[K]),
      onReset: () => desk.reset(name),
    },
  };
}

export function ChoiceRow<K extends 'signup_mode' | 'password_policy'>({
  desk,
  name,
  options,
}: {
  desk: Desk;
  name: K;
  options: Record<Values[K], string>;
}) {
  const { value, editable, invalid, row } = useRow(desk, name, (choice) => options[choice]);
  return (
    <SettingRow {...row}>
      {({ id, described }) => (
        <select
          id={id}
          className={cx(inputClass, closed)}
          value={value}
          disabled={!editable}
          aria-invalid={invalid}
          aria-describedby={described}
          onChange={(event) => desk.change({ [name]: event.target.value })}
        >
          {Object.entries<string>(options).map(([choice, text]) => (
            <option key={choice} value={choice} className="bg-sheet">
              {text}
            </option>
          ))}
        </select>
      )}
    </SettingRow>
  );
}

export function NumberRow({ desk, name, min, max }: { desk: Desk; name: KeysOf<number>; min: number; max: number }) {
  const { value, editable, invalid, row } = useRow(desk, name, String);
  return (
    <SettingRow {...row}>
      {({ id, described }) => (
        <input
          id={id}
          type="number"
          inputMode="numeric"
          required
          min={min}
          max={max}
          step={1}
          className={cx(inputClass, closed, invalid && 'border-danger!')}
          value={Number.isNaN(value) ? '' : value}
          disabled={!editable}
          aria-invalid={invalid}
          aria-describedby={described}
          onChange={(event) => desk.change({ [name]: event.target.valueAsNumber })}
        />
      )}
    </SettingRow>
  );
}

export function SwitchRow({ desk, name }: { desk: Desk; name: KeysOf<boolean> }) {
  const words = useAdminStrings().signInSettings;
  const { value, editable, row } = useRow(desk, name, (on) => (on ? words.on : words.off));
  return (
    <SettingRow small {...row}>
      {({ id, described }) => (
        <input
          id={id}
          type="checkbox"
          className={cx('mt-1 size-5 accent-accent', closed)}
          checked={value}
          disabled={!editable}
          aria-describedby={described}
          onChange={(event) => desk.change({ [name]: event.target.checked })}
        />
      )}
    </SettingRow>
  );
}

const roles = ['user', 'admin'] as const;

export function RolesRow({ desk }: { desk: Desk }) {
  const words = useAdminStrings().signInSettings;
  const tell = (chosen: Values['second_factor_roles']): string =>
    chosen.length ? chosen.map((role) => words.everyone[role]).join(', ') : words.nobody;
  const { value, editable, row } = useRow(desk, 'second_factor_roles', tell);
  return (
    <SettingRow {...row}>
      {({ id, labelled, described }) => (
        <div id={id} role="group" aria-labelledby={labelled} aria-describedby={described}>
          {roles.map((role) => (
            <label key={role} className="flex min-h-9 items-center gap-2.5">
              <input
                type="checkbox"
                className={cx('size-5 accent-accent', closed)}
                checked={value.includes(role)}
                disabled={!editable}
                onChange={({ target }) =>
                  desk.change({
                    second_factor_roles: roles.filter((one) => (one === role ? target.checked : value.includes(one))),
                  })
                }
              />
              {words.everyone[role]}
            </label>
          ))}
        </div>
      )}
    </SettingRow>
  );
}
