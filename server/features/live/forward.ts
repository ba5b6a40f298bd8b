import type { LiveEvents } from '../../../shared/api/live.ts';
import type { Actor } from '../../http-kit/actor.ts';
import type { EventBus } from '../../platform/events/driver.ts';

/** Scopes that something is told to. */
type Told = 'chat' | 'files';

/** Where the sockets of one person are that may see what belongs to a scope. */
const roomOf = (userId: string, scope: Told): string => `${scope} of ${userId}`;

/** Where the sockets of those are that may see the figures of the instance. */
const FIGURES = 'figures';

/** Where a socket belongs. */
export const roomsFor = ({ userId, scopes }: Pick<Actor, 'userId' | 'scopes'>): string[] => [
  'members',
  ...(['chat', 'files'] as const).filter((scope) => scopes.has(scope)).map((scope) => roomOf(userId, scope)),
  ...(scopes.has('metrics') ? [FIGURES] : []),
];

type Emitter = { emit<N extends keyof LiveEvents>(name: N, event: LiveEvents[N]): unknown };

/** Brings what happened to the sockets of the one whose it is, and to nobody else's; jobs to admins. Answers the way out. */
export function forwardEvents(events: Pick<EventBus, 'follow'>, to: (room: string) => Emitter): () => void {
  const chat = (userId: string): Emitter => to(roomOf(userId, 'chat'));
  const ways = [
    events.follow('conversation.updated', ({ user_id, conversation_id }) =>
      chat(user_id).emit('conversation.updated', { conversation_id, deleted: false }),
    ),
    events.follow('conversation.deleted', ({ user_id, conversation_id }) =>
      chat(user_id).emit('conversation.updated', { conversation_id, deleted: true }),
    ),
    events.follow('generation.updated', ({ user_id, generation_id, conversation_id, status }) => {
      // Temporary chats are known to the page that follows them alone.
      if (conversation_id !== null)
        chat(user_id).emit('generation.updated', { generation_id, conversation_id, status });
    }),
    events.follow('file.updated', ({ user_id, file_id, status, status_detail }) =>
      to(roomOf(user_id, 'files')).emit('document.updated', { file_id, status, status_detail }),
    ),
    events.follow('notification.updated', ({ user_id, notification_id }) =>
      chat(user_id).emit('notification.updated', { notification_id }),
    ),
    events.follow('job.progress', (event) => to(FIGURES).emit('job.progress', event)),
  ];
  return () => {
    for (const leave of ways) leave();
  };
}
