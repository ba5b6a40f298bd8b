import { useQuery } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Enrolment } from '../../../../shared/api/second-factor.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { FreshBackupCodes } from '../settings/security-codes.tsx';
import { Enrol } from '../settings/security-enrol.tsx';
import { useSave } from '../settings/use-save.ts';
import { EntryPage } from './entry-page.tsx';
import { sessionQuery } from './session.ts';
import { useSignOut } from './sign-out.ts';

type Step = { at: 'rest' } | { at: 'enrol'; enrolment: Enrolment } | { at: 'codes'; codes: readonly string[] };

/** Where somebody comes whose role needs a second factor, until they have one. */
export function NeedFactor() {
  const strings = useStrings();
  const words = strings.secondFactor;
  const { client, queries } = useServices();
  const { data: person } = useQuery(sessionQuery(client));
  const signOut = useSignOut();
  const [step, setStep] = useState<Step>({ at: 'rest' });
  const { busy, refusal, submit } = useSave(async () =>
    setStep({ at: 'enrol', enrolment: await client.post<Enrolment>('/api/auth/totp/enroll') }),
  );
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
        <form
          className="space-y-4"
          onSubmit={(event) => {
            event.preventDefault();
            void submit(event.currentTarget);
          }}
        >
          {refusal && <ProblemNotice refusal={refusal} />}
          <Button type="submit" tone="primary" busy={busy} autoFocus className="w-full">
            {words.needBegin}
          </Button>
        </form>
      )}
      {step.at === 'enrol' && (
        <Enrol
          enrolment={step.enrolment}
          onDone={(codes) => setStep({ at: 'codes', codes })}
          onCancel={() => setStep({ at: 'rest' })}
        />
      )}
      {step.at === 'codes' && (
        <FreshBackupCodes
          codes={step.codes}
          onDone={() =>
            void queries
              .invalidateQueries({ queryKey: sessionQuery(client).queryKey })
              .then(() => setStep({ at: 'rest' }))
          }
        />
      )}
    </EntryPage>
  );
}
