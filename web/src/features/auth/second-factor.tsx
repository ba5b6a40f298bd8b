import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { EntryPage } from './entry-page.tsx';
import { useEntry } from './use-entry.ts';

/** The second step of a sign-in. */
export function SecondFactor({ challenge, onBack }: { challenge: string; onBack(): void }) {
  const strings = useStrings();
  const words = strings.secondFactor;
  const { refusal, busy, submit } = useEntry('/api/auth/login/totp');
  const back = (
    <Button tone="quiet" onClick={onBack}>
      {words.startAgain}
    </Button>
  );
  return (
    <EntryPage title={words.stepTitle} text={words.stepText} foot={back}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        {refusal && <ProblemNotice refusal={refusal} />}
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
      </form>
    </EntryPage>
  );
}
