import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { BackupCodes, Enrolment, SecondFactor } from '../../../../shared/api/second-factor.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { Section } from './section.tsx';
import { FreshBackupCodes } from './security-codes.tsx';
import { Enrol } from './security-enrol.tsx';
import { CodeForm, ProofForm } from './security-proof.tsx';

type Step =
  | { at: 'rest' }
  | { at: 'enrol'; enrolment: Enrolment }
  | { at: 'codes'; codes: readonly string[] }
  | { at: 'renew' }
  | { at: 'move' }
  | { at: 'off' };

const queryKey = ['second-factor'];

/** The second factor: switched on with a QR code, its backup codes, switched off. Secrets are in this state alone. */
export function Security() {
  const words = useStrings().secondFactor;
  const { client, queries, toasts } = useServices();
  const [step, setStep] = useState<Step>({ at: 'rest' });
  const [failure, setFailure] = useState<unknown>(null);
  const factor = useQuery({ queryKey, queryFn: () => client.get<SecondFactor>('/api/auth/totp') });

  const rest = (): void => setStep({ at: 'rest' });
  const show = (codes: readonly string[]): void => {
    setStep({ at: 'codes', codes });
    void queries.invalidateQueries({ queryKey });
  };
  const begin = async (): Promise<void> => {
    setFailure(null);
    try {
      setStep({ at: 'enrol', enrolment: await client.post<Enrolment>('/api/auth/totp/enroll') });
    } catch (error) {
      setFailure(error);
      await queries.invalidateQueries({ queryKey });
    }
  };

  return (
    <Section title={words.title} text={words.text}>
      <div className="space-y-4">
        {factor.isPending && <Skeleton lines={['w-2/3', 'w-1/3']} />}
        {factor.isError && <ProblemNotice refusal={refusalOf(factor.error)} title={words.failed} />}
        {failure !== null && <ProblemNotice refusal={refusalOf(failure)} />}
        {step.at === 'enrol' && <Enrol enrolment={step.enrolment} onDone={show} onCancel={rest} />}
        {step.at === 'codes' && <FreshBackupCodes codes={step.codes} onDone={rest} />}
        {factor.data?.enabled && step.at !== 'codes' && <p>{words.isOn(factor.data.backup_codes_left)}</p>}
        {step.at === 'move' && (
          <CodeForm
            onCancel={rest}
            onCode={async (code) =>
              setStep({ at: 'enrol', enrolment: await client.post<Enrolment>('/api/auth/totp/move', { code }) })
            }
          />
        )}
        {step.at === 'renew' && (
          <ProofForm
            submitLabel={words.renew}
            onCancel={rest}
            onProof={async (proof) =>
              show((await client.post<BackupCodes>('/api/auth/totp/backup-codes', proof)).backup_codes)
            }
          />
        )}
        {step.at === 'off' && (
          <ProofForm
            submitLabel={words.turnOff}
            danger
            onCancel={rest}
            onProof={async (proof) => {
              await client.open('DELETE', '/api/auth/totp', { body: proof });
              rest();
              toasts.show({ text: words.isOff });
              await queries.invalidateQueries({ queryKey });
            }}
          />
        )}
        {factor.data?.required && step.at === 'rest' && <p className="text-muted">{words.isNeeded}</p>}
        {factor.data && step.at === 'rest' && (
          <div className="flex flex-wrap gap-2">
            {factor.data.enabled ? (
              <>
                <Button onClick={() => setStep({ at: 'move' })}>{words.move}</Button>
                <Button onClick={() => setStep({ at: 'renew' })}>{words.renew}</Button>
                {!factor.data.required && <Button onClick={() => setStep({ at: 'off' })}>{words.turnOff}</Button>}
              </>
            ) : (
              <Button onClick={() => void begin()}>{words.turnOn}</Button>
            )}
          </div>
        )}
      </div>
    </Section>
  );
}
