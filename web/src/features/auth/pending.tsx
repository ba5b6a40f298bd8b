import { useQuery } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { EntryPage } from './entry-page.tsx';
import { sessionQuery } from './session.ts';
import { useSignOut } from './sign-out.ts';

/** Where an account waits for approval. */
export function Pending() {
  const strings = useStrings();
  const { client } = useServices();
  const { data: user } = useQuery(sessionQuery(client));
  const signOut = useSignOut();
  if (user && user.role !== 'pending') return <Navigate to="/" />;
  return (
    <EntryPage title={strings.auth.pendingTitle} text={strings.auth.pendingText}>
      <Button tone="primary" onClick={() => void signOut()}>
        {strings.auth.toSignIn}
      </Button>
    </EntryPage>
  );
}
