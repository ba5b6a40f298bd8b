import { useServices } from '../../app/services.ts';
import { forgetPerson } from '../../lib/forget.ts';
import { ApiError, refusalOf } from '../../lib/problem.ts';
import { pageUrl } from '../../lib/server.ts';
import { currentStrings } from '../../lib/strings/index.ts';
import { describeRefusal } from '../../lib/words.ts';

/** Ends the session and forgets everything of this user: drafts are removed, and a fresh page holds nothing in memory. */
export function useSignOut(): () => Promise<void> {
  const { client, toasts } = useServices();
  return async () => {
    let end: string | null = null;
    try {
      // Asked before the session ends: a provider that vouched for the person is to end its own session, too.
      ({ url: end } = await client.get<{ url: string | null }>('/api/auth/end-session'));
      await client.post('/api/auth/logout');
    } catch (error) {
      // With nobody signed in there is nothing to end, and that is what was wanted.
      if (!(error instanceof ApiError) || error.refusal.status !== 401) {
        toasts.show({ text: describeRefusal(refusalOf(error), currentStrings()), tone: 'danger' });
        return;
      }
    }
    await forgetPerson();
    location.assign(end ?? pageUrl('/sign-in'));
  };
}
