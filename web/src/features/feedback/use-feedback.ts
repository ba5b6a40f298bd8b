import { useQuery } from '@tanstack/react-query';
import type { Feedback, FeedbackPatch } from '../../../../shared/api/feedback.ts';
import { useServices } from '../../app/services.ts';
import { refusalOf } from '../../lib/problem.ts';
import type { Page } from '../../lib/query.ts';
import { currentStrings } from '../../lib/strings/index.ts';
import { describeRefusal } from '../../lib/words.ts';

type Rated = Pick<Feedback, 'rating'> & Partial<Feedback>;

/** What one said of an answer, and ways to change it. One request for all answers of the conversation. */
export function useFeedback(conversationId: string, messageId: string) {
  const { client, queries, toasts } = useServices();
  const queryKey = ['feedback', conversationId] as const;
  const query = useQuery({
    queryKey,
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }): Promise<Record<string, Rated>> => {
      const { items } = await client.get<Page<Feedback>>(
        `/api/feedback?${new URLSearchParams({ conversation_id: conversationId, limit: '200' })}`,
        signal,
      );
      return Object.fromEntries(items.map((item) => [item.message_id, item]));
    },
  });
  const given = query.data?.[messageId];
  const keep = (rated: Rated | undefined): void => {
    queries.setQueryData<Record<string, Rated>>(queryKey, ({ [messageId]: _before, ...others } = {}) =>
      rated ? { ...others, [messageId]: rated } : others,
    );
  };
  /** Shows what is meant at once, and takes it back where the server refuses. */
  async function act(shown: Rated | undefined, work: () => Promise<Feedback | undefined>): Promise<boolean> {
    keep(shown);
    try {
      keep(await work());
      return true;
    } catch (error) {
      keep(given);
      toasts.show({ text: describeRefusal(refusalOf(error), currentStrings()), tone: 'danger' });
      return false;
    }
  }
  return {
    given,
    rate: (rating: Feedback['rating'], more: FeedbackPatch = {}) =>
      act({ ...given, ...more, rating }, () =>
        client.post<Feedback>('/api/feedback', { message_id: messageId, rating, ...more }),
      ),
    takeBack: (id: string) =>
      act(undefined, async () => {
        await client.delete(`/api/feedback/${id}`);
        return undefined;
      }),
  };
}
