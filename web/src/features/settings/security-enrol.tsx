import type { BackupCodes, Enrolment } from '../../../../shared/api/second-factor.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { textFields } from '../../lib/form.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { CopyButton } from '../chat/copy-button.tsx';
import { QrCode } from './security-qr.tsx';
import { useSave } from './use-save.ts';

type Props = { enrolment: Enrolment; onDone(codes: string[]): void; onCancel(): void };

/** The secret, to scan or to type, and the first code that shows that it arrived. */
export function Enrol({ enrolment, onDone, onCancel }: Props) {
  const strings = useStrings();
  const words = strings.secondFactor;
  const { client } = useServices();
  const { busy, refusal, submit } = useSave(async (form) => {
    const { backup_codes: codes } = await client.post<BackupCodes>('/api/auth/totp/confirm', {
      code: textFields(form).code,
    });
    onDone(codes);
  });
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <div className="flex flex-wrap items-start gap-5">
        <QrCode text={enrolment.otpauth_url} label={words.qr} />
        <div className="min-w-0 flex-1 basis-56 space-y-2">
          <p>{words.scan}</p>
          <p className="text-sm text-muted">{words.typeSecret}</p>
          <div className="flex items-center gap-2 rounded-md border border-line bg-paper py-1 ps-3 pe-1">
            <code className="min-w-0 flex-1 font-mono text-sm break-all">
              {enrolment.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}
            </code>
            <CopyButton text={enrolment.secret} label={words.copySecret} />
          </div>
        </div>
      </div>
      {refusal && <ProblemNotice refusal={refusal} />}
      <Field
        label={words.firstCode}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        required
        maxLength={10}
      />
      <div className="flex gap-2">
        <Button type="submit" tone="primary" busy={busy}>
          {words.confirm}
        </Button>
        <Button tone="quiet" onClick={onCancel}>
          {strings.app.cancel}
        </Button>
      </div>
    </form>
  );
}
