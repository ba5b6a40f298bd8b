import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { safeReturnTo } from '../../../../shared/return-to.ts';
import { useServices } from '../../app/services.ts';
import { pageUrl } from '../../lib/server.ts';
import { personOf, sessionQuery, waitingRoom, type SignUpAnswer } from './session.ts';

/** After a sign-in of any kind: keeps what came with it, and goes on to where one wanted to be. */
export function useArrive(): (answer: SignUpAnswer) => Promise<void> {
  const { client } = useServices();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const router = useRouter();
  const search: { return_to?: string } = useSearch({ strict: false });
  return async (answer) => {
    // An account whose address is still to be confirmed has no session yet.
    if (!('csrf_token' in answer) && answer.user.role !== 'pending') return navigate({ to: '/verify' });
    if ('csrf_token' in answer) client.hold(answer);
    const person = personOf(answer);
    queries.setQueryData(sessionQuery(client).queryKey, person);
    const room = waitingRoom(person);
    if (room) await navigate({ to: room });
    else router.history.push(pageUrl(safeReturnTo(search.return_to)));
  };
}
