import { useState } from 'react';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { textFields } from '../../lib/form.ts';
import { fieldMessages } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { PasswordField } from '../auth/password-field.tsx';
import { useUser } from '../auth/session.ts';
import { Section } from './section.tsx';
import { useSave } from './use-save.ts';

export function PasswordForm() {
  const strings = useStrings();
  const { client, queries, toasts } = useServices();
  const user = useUser();
  // A fresh field each time: it keeps what it found of the password that was typed.
  const [changes, setChanges] = useState(0);
  const { busy, refusal, submit } = useSave(async (form) => {
    await client.post('/api/auth/password/change', textFields(form));
    form.reset();
    setChanges((count) => count + 1);
    toasts.show({ text: strings.settings.passwordChanged });
    await queries.invalidateQueries({ queryKey: ['devices'] });
  });
  const messages = fieldMessages(refusal);
  const rejected = refusal?.code === 'PASSWORD_REJECTED' ? refusal.message : undefined;
  return (
    <Section title={strings.auth.password} text={strings.settings.passwordText}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        {refusal && <ProblemNotice refusal={refusal} />}
        <Field
          label={strings.settings.currentPassword}
          name="current_password"
          type="password"
          autoComplete="current-password"
          required
          error={messages.current_password}
        />
        <PasswordField
          key={changes}
          fresh
          label={strings.settings.newPassword}
          name="new_password"
          about={[user?.email, user?.username, user?.name]}
          error={messages.new_password ?? rejected}
        />
        <Button type="submit" busy={busy}>
          {strings.settings.changePassword}
        </Button>
      </form>
    </Section>
  );
}
