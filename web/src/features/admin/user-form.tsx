import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { DialogActions } from '../../components/ui/dialog-actions.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { textFields } from '../../lib/form.ts';
import { fieldMessages } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { PasswordField } from '../auth/password-field.tsx';
import { useSave } from '../settings/use-save.ts';
import { Select } from './select.tsx';

/** An account for somebody else. */
export function UserForm({ onDone }: { onDone(): void }) {
  const strings = useStrings();
  const words = strings.admin;
  const { client, queries, toasts } = useServices();
  const { busy, refusal, submit } = useSave(async (form) => {
    const { email = '', name = '', password = '', role = 'user' } = textFields(form);
    const body = { email: email.trim(), password, role, ...(name.trim() !== '' && { name: name.trim() }) };
    await client.post('/api/admin/users', body);
    toasts.show({ text: words.added(name.trim() || email.trim()) });
    await queries.invalidateQueries({ queryKey: ['admin'] });
    onDone();
  });
  const messages = fieldMessages(refusal);
  return (
    <form
      className="space-y-4 overflow-y-auto p-5"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <p className="text-muted">{words.addUserText}</p>
      {refusal && <ProblemNotice refusal={refusal} />}
      <Field
        label={strings.auth.email}
        name="email"
        type="email"
        autoComplete="off"
        required
        error={messages['email']}
      />
      <Field
        label={strings.auth.name}
        aside={strings.auth.optional}
        name="name"
        autoComplete="off"
        maxLength={100}
        error={messages['name']}
      />
      <PasswordField fresh error={messages['password']} />
      <Select
        label={words.role}
        name="role"
        options={[
          ['user', words.roles.user],
          ['admin', words.roles.admin],
        ]}
      />
      <DialogActions>
        <Button type="submit" tone="primary" busy={busy}>
          {words.addUser}
        </Button>
      </DialogActions>
    </form>
  );
}
