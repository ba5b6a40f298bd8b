import type { LiveEvents } from '../../../shared/api/live.ts';
import type { Scope } from '../../../shared/permissions.ts';
import type { EventBus } from '../../platform/events/driver.ts';

/** Where the sockets of one person are that may see what belongs to a scope. */
export const roomOf = (userId: string, scope: Scope): string => `${scope} of ${userId}`;

type Emitter = { emit<N extends keyof LiveEvents>(name: N, event: LiveEvents[N]): unknown };

/** Brings what happened to the sockets of the one whose it is, and to nobody else's. Answers the way out. */
export function forwardEvents(events: Pick<EventBus, 'subscribe'>, to: (room: string) => Emitter): () => void {
  const chat = (userId: string): Emitter => to(roomOf(userId, 'chat'));
  const ways = [
    events.subscribe('conversation.updated', ({ user_id, conversation_id }) =>
      chat(user_id).emit('conversation.updated', { conversation_id, deleted: false }),
    ),
    events.subscribe('conversation.deleted', ({ user_id, conversation_id }) =>
      chat(user_id).emit('conversation.updated', { conversation_id, deleted: true }),
    ),
    events.subscribe('generation.updated', ({ user_id, generation_id, conversation_id, status }) => {
      // Temporary chats are known to the page that follows them alone.
      if (conversation_id !== null)
        chat(user_id).emit('generation.updated', { generation_id, conversation_id, status });
    }),
    events.subscribe('file.updated', ({ user_id, file_id, status, status_detail }) =>
      to(roomOf(user_id, 'files')).emit('file.updated', { file_id, status, status_detail }),
    ),
  ];
  return () => {
    for (const leave of ways) leave();
  };
}
