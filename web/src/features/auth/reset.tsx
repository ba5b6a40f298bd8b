import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { textFields } from '../../lib/form.ts';
import { fieldMessages } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useSave } from '../settings/use-save.ts';
import { EntryPage } from './entry-page.tsx';
import { useMailedToken } from './mailed-token.ts';
import { PasswordField } from './password-field.tsx';
import { sessionQuery } from './session.ts';
import { ToSignIn } from './to-sign-in.tsx';

/** Where the link of a reset mail leads. */
export function Reset() {
  const strings = useStrings();
  const words = strings.recovery;
  const { client } = useServices();
  const queries = useQueryClient();
  const token = useMailedToken();
  const [done, setDone] = useState(false);
  const { busy, refusal, submit } = useSave(async (form) => {
    await client.post('/api/auth/password/reset', { token, password: textFields(form).password });
    // Every session has ended, the one of this browser too.
    queries.clear();
    client.hold(null);
    queries.setQueryData(sessionQuery(client).queryKey, null);
    setDone(true);
  });
  const over = token === null || refusal?.code === 'INVALID_TOKEN';
  const rejected = refusal?.code === 'PASSWORD_REJECTED' ? refusal.message : undefined;

  if (done) {
    return (
      <EntryPage title={words.resetDoneTitle} text={words.resetDone}>
        <ToSignIn />
      </EntryPage>
    );
  }
  if (over) {
    return (
      <EntryPage title={words.linkOverTitle} text={words.linkOver} foot={<ToSignIn />}>
        <Link to="/forgot" className="font-semibold text-accent underline underline-offset-4">
          {words.askAgain}
        </Link>
      </EntryPage>
    );
  }
  return (
    <EntryPage title={words.resetTitle} text={words.resetText} foot={<ToSignIn />}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        {refusal && <ProblemNotice refusal={refusal} />}
        <PasswordField fresh label={strings.settings.newPassword} error={fieldMessages(refusal).password ?? rejected} />
        <Button type="submit" tone="primary" busy={busy} className="w-full">
          {busy ? strings.auth.working : words.resetTitle}
        </Button>
      </form>
    </EntryPage>
  );
}
