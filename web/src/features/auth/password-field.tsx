import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { Field } from '../../components/ui/field.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { useStrings } from '../../lib/strings/index.ts';

/** Characters a new password must have at least; the server decides, this only says it early. */
export const passwordLeast = 15;

type Props = { error?: string | undefined; fresh?: boolean };

/** A password that can be shown. `fresh` is a new one: the rule stands beside it, and how far it is met. */
export function PasswordField({ error, fresh = false }: Props) {
  const strings = useStrings();
  const [shown, setShown] = useState(false);
  const [count, setCount] = useState(0);
  const short = count > 0 && count < passwordLeast;
  const hint = short ? strings.auth.passwordCount(count, passwordLeast) : strings.auth.passwordHint(passwordLeast);
  return (
    <Field
      label={strings.auth.password}
      name="password"
      type={shown ? 'text' : 'password'}
      autoComplete={fresh ? 'new-password' : 'current-password'}
      required
      spellCheck={false}
      autoCapitalize="none"
      {...(fresh && { minLength: passwordLeast })}
      onChange={(event) => setCount([...event.target.value].length)}
      error={error}
      hint={fresh ? hint : undefined}
      end={
        <IconButton
          icon={shown ? EyeOff : Eye}
          label={shown ? strings.auth.hide : strings.auth.show}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        />
      }
    />
  );
}
