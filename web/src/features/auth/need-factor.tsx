import { useQuery } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Enrolment } from '../../../../shared/api/second-factor.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { AddPasskey } from '../settings/passkey-add.tsx';
import { FreshBackupCodes } from '../settings/security-codes.tsx';
import { Enrol } from '../settings/security-enrol.tsx';
import { useSave } from '../settings/use-save.ts';
import { EntryPage } from './entry-page.tsx';
import { optionsQuery, sessionQuery } from './session.ts';
import { useSignOut } from './sign-out.ts';

type Step =
  | { at: 'rest' }
  | { at: 'enrol'; enrolment: Enrolment }
  | { at: 'codes'; codes: readonly string[] }
  | { at: 'passkey' };

/** Where somebody comes whose role needs a second factor, until they have one: an app with codes, or a passkey. */
export function NeedFactor() {
  const strings = useStrings();
  const words = strings.secondFactor;
  const { client, queries } = useServices();
  const { data: person } = useQuery(sessionQuery(client));
  const signOut = useSignOut();
  const [step, setStep] = useState<Step>({ at: 'rest' });
  const rest = (): void => setStep({ at: 'rest' });
  /** The session says by itself that nothing is lacking any more. */
  const lookAgain = (): Promise<void> => queries.invalidateQueries({ queryKey: sessionQuery(client).queryKey });
  if (!person?.second_factor_required && step.at !== 'codes') return <Navigate to="/" />;
  return (
    <EntryPage
      title={words.needTitle}
      text={words.needText}
      foot={
        <Button tone="quiet" onClick={() => void signOut()}>
          {strings.auth.signOut}
        </Button>
      }
    >
      {step.at === 'rest' && (
        <Choice
          onApp={(enrolment) => setStep({ at: 'enrol', enrolment })}
          onPasskey={() => setStep({ at: 'passkey' })}
        />
      )}
      {step.at === 'passkey' && <AddPasskey onDone={() => void lookAgain()} onCancel={rest} />}
      {step.at === 'enrol' && (
        <Enrol enrolment={step.enrolment} onDone={(codes) => setStep({ at: 'codes', codes })} onCancel={rest} />
      )}
      {step.at === 'codes' && <FreshBackupCodes codes={step.codes} onDone={() => void lookAgain().then(rest)} />}
    </EntryPage>
  );
}

/** The app first: it works everywhere. Passkeys where this instance can have them. */
function Choice({ onApp, onPasskey }: { onApp(enrolment: Enrolment): void; onPasskey(): void }) {
  const words = useStrings().secondFactor;
  const { client } = useServices();
  const { data: options } = useQuery(optionsQuery(client));
  const { busy, refusal, submit } = useSave(async () => onApp(await client.post<Enrolment>('/api/auth/totp/enroll')));
  return (
    <form
      className="space-y-6"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      {refusal && <ProblemNotice refusal={refusal} />}
      <section className="space-y-3" aria-labelledby="need-app">
        <div>
          <h2 id="need-app" className="font-semibold">
            {words.needApp}
          </h2>
          <p className="text-muted">{words.needAppText}</p>
        </div>
        <Button type="submit" tone="primary" busy={busy} autoFocus className="w-full">
          {words.needBegin}
        </Button>
      </section>
      {options?.passkey && (
        <section className="space-y-3 border-t border-line pt-6" aria-labelledby="need-passkey">
          <div>
            <h2 id="need-passkey" className="font-semibold">
              {words.needPasskey}
            </h2>
            <p className="text-muted">{words.needPasskeyText}</p>
          </div>
          <Button onClick={onPasskey} className="w-full">
            {words.needPasskeyBegin}
          </Button>
        </section>
      )}
    </form>
  );
}
