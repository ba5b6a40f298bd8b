import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Conversation, Message } from '../../../../shared/api/chat.ts';
import { useServices } from '../../app/services.ts';
import { refusalOf } from '../../lib/problem.ts';
import { currentStrings } from '../../lib/strings/index.ts';
import { describeRefusal } from '../../lib/words.ts';
import { keys } from './cache.ts';

/** Goes on elsewhere: a new conversation with what was said up to a message, which is opened. */
export function useBranch(): (message: Message) => Promise<void> {
  const { client, queries, toasts } = useServices();
  const navigate = useNavigate();
  return useCallback(
    async ({ id, conversation_id: from }) => {
      try {
        const made = await client.post<Conversation>(`/api/conversations/${from}/branch`, { message_id: id });
        void queries.invalidateQueries({ queryKey: keys.lists });
        await navigate({ to: '/c/$conversationId', params: { conversationId: made.id } });
        toasts.show({ text: currentStrings().chat.branched });
      } catch (error) {
        toasts.show({ text: describeRefusal(refusalOf(error), currentStrings()), tone: 'danger' });
      }
    },
    [client, queries, toasts, navigate],
  );
}
