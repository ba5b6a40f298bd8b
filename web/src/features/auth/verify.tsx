import { useQuery } from '@tanstack/react-query';
import { useServices } from '../../app/services.ts';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { EmailForm } from './email-form.tsx';
import { EntryPage } from './entry-page.tsx';
import { useMailedToken } from './mailed-token.ts';
import { ToSignIn } from './to-sign-in.tsx';

/** Where the link of a verification mail leads; without a token, where one waits for that mail. */
export function Verify() {
  const strings = useStrings();
  const words = strings.recovery;
  const { client } = useServices();
  const token = useMailedToken();
  const verified = useQuery({
    queryKey: ['verify', token],
    enabled: token !== null,
    staleTime: Infinity,
    retry: false,
    queryFn: async () => {
      await client.post('/api/auth/email/verify', { token });
      return true;
    },
  });
  const again = <EmailForm path="/api/auth/email/resend" submitLabel={words.resend} sent={words.resent} />;

  if (token === null) {
    return (
      <EntryPage title={words.waitTitle} text={words.waitText} foot={<ToSignIn />}>
        {again}
      </EntryPage>
    );
  }
  if (verified.isError) {
    const refusal = refusalOf(verified.error);
    return (
      <EntryPage title={words.linkOverTitle} text={words.verifyOver} foot={<ToSignIn />}>
        {refusal.code === 'INVALID_TOKEN' ? again : <ProblemNotice refusal={refusal} />}
      </EntryPage>
    );
  }
  return (
    <EntryPage
      title={verified.data ? words.verifiedTitle : words.verifying}
      text={verified.data ? words.verified : strings.auth.working}
    >
      {verified.data && <ToSignIn />}
    </EntryPage>
  );
}
