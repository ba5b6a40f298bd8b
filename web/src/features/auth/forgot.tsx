import { useStrings } from '../../lib/strings/index.ts';
import { EmailForm } from './email-form.tsx';
import { EntryPage } from './entry-page.tsx';
import { ToSignIn } from './to-sign-in.tsx';

export function Forgot() {
  const words = useStrings().recovery;
  return (
    <EntryPage title={words.forgotTitle} text={words.forgotText} foot={<ToSignIn />}>
      <EmailForm path="/api/auth/password/forgot" submitLabel={words.forgotSubmit} sent={words.forgotSent} />
    </EntryPage>
  );
}
