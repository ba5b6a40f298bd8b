import { Eye, EyeOff } from 'lucide-react';
import { useState, type ComponentProps } from 'react';
import { Field } from '../../components/ui/field.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { PasswordStrength, useNewPassword } from './new-password.tsx';

type Props = {
  name?: string;
  label?: string;
  error?: string | undefined;
  /** A new one: the rule that it breaks stands beside it as one types, and how strong it is. */
  fresh?: boolean;
  /** What is known of its owner, beside what is typed into the same form. */
  about?: readonly (string | null | undefined)[];
};

/** A password that can be shown. */
export function PasswordField({ fresh = false, about = [], ...rest }: Props) {
  return fresh ? <NewPassword about={about} {...rest} /> : <Password autoComplete="current-password" {...rest} />;
}

function NewPassword({ about, ...rest }: Props & { about: readonly (string | null | undefined)[] }) {
  const { least, hint, strength, look } = useNewPassword(about);
  return (
    <div>
      <Password
        autoComplete="new-password"
        minLength={least}
        hint={hint}
        onChange={(event) => look(event.target)}
        {...rest}
      />
      <PasswordStrength strength={strength} />
    </div>
  );
}

function Password({
  name = 'password',
  label,
  ...rest
}: Omit<ComponentProps<typeof Field>, 'label'> & { label?: string }) {
  const strings = useStrings();
  const [shown, setShown] = useState(false);
  return (
    <Field
      label={label ?? strings.auth.password}
      name={name}
      type={shown ? 'text' : 'password'}
      required
      spellCheck={false}
      autoCapitalize="none"
      end={
        <IconButton
          icon={shown ? EyeOff : Eye}
          label={shown ? strings.auth.hide : strings.auth.show}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        />
      }
      {...rest}
    />
  );
}
