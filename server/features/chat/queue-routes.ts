import { queueBody, queuedMessage, queuePatch } from '../../../shared/api/chat.ts';
import { idParams, whole } from '../../../shared/api/common.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { ChatPolicy } from './policy.ts';
import type { MessageQueue } from './queue.ts';

/** Messages that wait until the answer before them has ended. */
export function queueRoutes({ queue, policy }: { queue: MessageQueue; policy: ChatPolicy }): Route[] {
  const access = member('chat');
  return [
    route({
      method: 'GET',
      url: '/api/conversations/:id/queue',
      access,
      summary: 'Messages that wait for the answer before them, the oldest first',
      params: idParams,
      reply: whole(queuedMessage),
      handle: async ({ actor, params }) => ({
        items: await queue.list(await policy.conversation(actor, params.id)),
        next_cursor: null,
      }),
    }),
    route({
      method: 'POST',
      url: '/api/conversations/:id/queue',
      access,
      limit: 'chat',
      summary: 'Send a message as soon as the answer that is being written has ended',
      params: idParams,
      body: queueBody,
      reply: queuedMessage,
      status: 201,
      handle: async ({ actor, params, body }) => queue.add(await policy.conversation(actor, params.id), body),
    }),
    route({
      method: 'POST',
      url: '/api/conversations/:id/queue/resume',
      access,
      limit: 'chat',
      summary: 'Go on sending what waits after a failure',
      params: idParams,
      handle: async ({ actor, params }) => queue.resume(await policy.conversation(actor, params.id)),
    }),
    route({
      method: 'PATCH',
      url: '/api/queue/:id',
      access,
      summary: 'Change a message that waits',
      params: idParams,
      body: queuePatch,
      reply: queuedMessage,
      handle: ({ actor, params, body }) => queue.change(actor, params.id, body.content),
    }),
    route({
      method: 'DELETE',
      url: '/api/queue/:id',
      access,
      summary: 'Take a message back before it is sent',
      params: idParams,
      handle: ({ actor, params }) => queue.remove(actor, params.id),
    }),
  ];
}
