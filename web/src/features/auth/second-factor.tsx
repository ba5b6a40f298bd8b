import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import type { Refusal } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { EntryPage } from './entry-page.tsx';
import { useEntry } from './use-entry.ts';
import { usePasskey } from './use-passkey.ts';

type Props = { challenge: string; passkeys: boolean; onBack(): void };

/** The second step of a sign-in. */
export function SecondFactor({ challenge, passkeys, onBack }: Props) {
  const strings = useStrings();
  const words = strings.secondFactor;
  const { refusal, busy, submit, forget } = useEntry('/api/auth/login/totp');
  const [keyRefusal, setKeyRefusal] = useState<Refusal | null>(null);
  const passkey = usePasskey(setKeyRefusal);
  const shown = refusal ?? keyRefusal;
  const back = (
    <Button tone="quiet" onClick={onBack}>
      {words.startAgain}
    </Button>
  );
  return (
    <EntryPage title={words.stepTitle} text={passkeys ? words.stepTextEither : words.stepText} foot={back}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          setKeyRefusal(null);
          void submit(event.currentTarget);
        }}
      >
        {shown && <ProblemNotice refusal={shown} />}
        <input type="hidden" name="challenge" value={challenge} />
        <Field
          label={words.code}
          name="code"
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellCheck={false}
          autoFocus
          required
          maxLength={64}
          hint={words.stepHint}
        />
        <Button type="submit" tone="primary" busy={busy} className="w-full">
          {busy ? strings.auth.working : strings.auth.signIn}
        </Button>
        {passkeys && (
          <Button
            busy={passkey.busy}
            className="w-full"
            onClick={() => {
              forget();
              setKeyRefusal(null);
              void passkey.show({ challenge });
            }}
          >
            <KeyRound size={17} aria-hidden />
            {strings.waysIn.stepWithPasskey}
          </Button>
        )}
      </form>
    </EntryPage>
  );
}
