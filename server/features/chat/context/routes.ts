import { idParams } from '../../../../shared/api/common.ts';
import { contextQuery, contextReply, followUpsReply } from '../../../../shared/api/context.ts';
import { member } from '../../../http-kit/access.ts';
import { whenClosed } from '../../../http-kit/outflow.ts';
import { route, type Route } from '../../../http-kit/route.ts';
import { AppError } from '../../../lib/errors.ts';
import type { AfterAnswer } from '../after/service.ts';
import type { ChatPolicy } from '../policy.ts';
import type { ContextService } from './service.ts';

type Deps = { context: ContextService; after: AfterAnswer; policy: ChatPolicy };

export const contextRoutes = ({ context, after, policy }: Deps): Route[] => [
  route({
    method: 'GET',
    url: '/api/conversations/:id/context',
    access: member('chat'),
    summary: 'How full the model’s window is, and what stands for older turns',
    params: idParams,
    query: contextQuery,
    reply: contextReply,
    handle: async ({ actor, params, query }) => {
      const conversation = await policy.conversation(actor, params.id);
      const leaf = query.message_id === undefined ? null : await policy.message(actor, query.message_id);
      if (leaf && leaf.conversation_id !== conversation.id) throw new AppError('MESSAGE_NOT_FOUND');
      return context.describe(actor, conversation, leaf, query.model);
    },
  }),
  route({
    method: 'POST',
    url: '/api/messages/:id/follow-ups',
    access: member('chat'),
    limit: 'chat',
    summary: 'Suggest up to three questions after an answer',
    params: idParams,
    reply: followUpsReply,
    handle: async ({ actor, params, reply }) => {
      const gone = new AbortController();
      whenClosed(reply.raw, () => gone.abort());
      return after.followUps(actor, await policy.message(actor, params.id), gone.signal);
    },
  }),
];
