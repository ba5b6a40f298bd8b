import type { User } from '../../../../shared/api/auth.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { textFields } from '../../lib/form.ts';
import { fieldMessages } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { sessionQuery, useUser } from '../auth/session.ts';
import { Section } from './section.tsx';
import { useSave } from './use-save.ts';

export function ProfileForm() {
  const strings = useStrings();
  const user = useUser();
  const { client, queries, toasts } = useServices();
  const { busy, refusal, submit } = useSave(async (form) => {
    const { name = '', username = '' } = textFields(form);
    const stored = await client.patch<User>('/api/users/me', { name: name.trim(), username: username.trim() || null });
    queries.setQueryData(sessionQuery(client).queryKey, stored);
    toasts.show({ text: strings.settings.saved });
  });
  const messages = fieldMessages(refusal);
  if (!user) return null;
  return (
    <Section title={strings.settings.profile} text={strings.settings.profileText}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        {refusal && <ProblemNotice refusal={refusal} />}
        <Field label={strings.auth.email} value={user.email} readOnly disabled />
        <Field
          label={strings.auth.name}
          name="name"
          autoComplete="name"
          defaultValue={user.name}
          required
          maxLength={100}
          error={messages.name}
        />
        <Field
          label={strings.auth.username}
          aside={strings.auth.optional}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          defaultValue={user.username ?? ''}
          maxLength={40}
          error={messages.username}
        />
        <Button type="submit" tone="primary" busy={busy}>
          {strings.app.save}
        </Button>
      </form>
    </Section>
  );
}
