import { useCallback } from 'react';
import type { Message } from '../../../../shared/api/chat.ts';
import { useServices } from '../../app/services.ts';
import { refusalOf } from '../../lib/problem.ts';
import { currentStrings } from '../../lib/strings/index.ts';
import { describeRefusal } from '../../lib/words.ts';
import { putMessages } from './cache.ts';

/** Keeps a message in other words, without asking again. Rejects, after a toast, where the server refuses. */
export function useRewording(): (message: Message, content: string) => Promise<void> {
  const { client, queries, toasts } = useServices();
  return useCallback(
    async ({ id, conversation_id: conversationId }, content) => {
      try {
        const kept = await client.patch<Message>(`/api/messages/${id}`, { content });
        putMessages(queries, conversationId, [kept]);
      } catch (error) {
        toasts.show({ text: describeRefusal(refusalOf(error), currentStrings()), tone: 'danger' });
        throw error;
      }
    },
    [client, queries, toasts],
  );
}
