import { useState, type ReactNode } from 'react';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { textFields } from '../../lib/form.ts';
import { fieldMessages } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useSave } from '../settings/use-save.ts';

type Props = { path: '/api/auth/password/forgot' | '/api/auth/email/resend'; submitLabel: string; sent: ReactNode };

/** Asks for a mail. What is said afterwards is the same for every address, as the server's answer is. */
export function EmailForm({ path, submitLabel, sent }: Props) {
  const strings = useStrings();
  const { client } = useServices();
  const [done, setDone] = useState(false);
  const { busy, refusal, submit } = useSave(async (form) => {
    await client.post(path, { email: textFields(form).email?.trim() });
    setDone(true);
  });
  if (done) return <p role="status">{sent}</p>;
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      {refusal && <ProblemNotice refusal={refusal} />}
      <Field
        label={strings.auth.email}
        name="email"
        type="email"
        autoComplete="email"
        autoFocus
        required
        error={fieldMessages(refusal).email}
      />
      <Button type="submit" tone="primary" busy={busy} className="w-full">
        {busy ? strings.auth.working : submitLabel}
      </Button>
    </form>
  );
}
