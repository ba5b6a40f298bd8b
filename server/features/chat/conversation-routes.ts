import {
  branchBody,
  bulkBody,
  bulkReply,
  conversation,
  conversationBody,
  conversationPatch,
  conversationQuery,
  message,
  messageBody,
  messagePatch,
  messageQuery,
  tagList,
} from '../../../shared/api/chat.ts';
import { idParams, page } from '../../../shared/api/common.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import { AppError } from '../../lib/errors.ts';
import type { ConversationService } from './conversations.ts';
import type { ChatPolicy } from './policy.ts';

type Deps = { conversations: ConversationService; policy: ChatPolicy };

/** DELETE answers the same for what is gone already. */
const unlessGone = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AppError && error.status === 404)) throw error;
  }
};

export function conversationRoutes({ conversations, policy }: Deps): Route[] {
  const access = member('chat');
  const change = { access, body: conversationPatch, params: idParams, reply: conversation } as const;
  return [
    route({
      method: 'GET',
      url: '/api/conversations',
      access,
      summary: 'One’s conversations, the most recent first; `q` searches titles, `folder` and `tag` narrow',
      query: conversationQuery,
      reply: page(conversation),
      handle: ({ actor, query }) => conversations.list(actor, { ...query, archived: query.archived === 'true' }),
    }),
    route({
      method: 'POST',
      url: '/api/conversations',
      access,
      summary: 'Begin an empty conversation',
      body: conversationBody,
      reply: conversation,
      status: 201,
      handle: ({ actor, body }) => conversations.create(actor, body),
    }),
    route({
      method: 'POST',
      url: '/api/conversations/bulk',
      access,
      summary: 'Archive, pin, move, tag or delete many at once',
      body: bulkBody,
      reply: bulkReply,
      handle: ({ actor, body }) => conversations.bulk(actor, body),
    }),
    route({
      method: 'GET',
      url: '/api/conversations/tags',
      access,
      summary: 'One’s tags, the commonest first',
      reply: tagList,
      handle: ({ actor }) => conversations.tags(actor),
    }),
    route({
      method: 'POST',
      url: '/api/conversations/:id/branch',
      access,
      summary: 'A new conversation with what was said up to a message',
      params: idParams,
      body: branchBody,
      reply: conversation,
      status: 201,
      handle: async ({ actor, params, body }) =>
        conversations.branch(await policy.conversation(actor, params.id), body.message_id),
    }),
    route({
      method: 'GET',
      url: '/api/conversations/:id',
      access,
      summary: 'One conversation',
      params: idParams,
      reply: conversation,
      handle: async ({ actor, params }) => conversations.get(await policy.conversation(actor, params.id)),
    }),
    ...(['PUT', 'PATCH'] as const).map((method) =>
      route({
        ...change,
        method,
        url: '/api/conversations/:id',
        summary: 'Rename, pin, archive, file, tag, choose the model',
        handle: async ({ actor, params, body }) =>
          conversations.change(await policy.conversation(actor, params.id), body),
      }),
    ),
    route({
      method: 'DELETE',
      url: '/api/conversations/:id',
      access: member('chat', 'chat.delete'),
      summary: 'Delete a conversation with its messages',
      params: idParams,
      handle: ({ actor, params }) =>
        unlessGone(async () => conversations.remove(await policy.conversation(actor, params.id))),
    }),
    route({
      method: 'GET',
      url: '/api/conversations/:id/messages',
      access,
      summary: 'The whole tree of messages by time',
      params: idParams,
      query: messageQuery,
      reply: page(message),
      handle: async ({ actor, params, query }) =>
        conversations.messages(await policy.conversation(actor, params.id), query),
    }),
    route({
      method: 'POST',
      url: '/api/conversations/:id/messages',
      access,
      summary: 'Put a message into the tree without asking a model',
      params: idParams,
      body: messageBody,
      reply: message,
      status: 201,
      handle: async ({ actor, params, body }) =>
        conversations.addMessage(await policy.conversation(actor, params.id), body),
    }),
    route({
      method: 'GET',
      url: '/api/messages/:id',
      access,
      summary: 'One message',
      params: idParams,
      reply: message,
      handle: async ({ actor, params }) => conversations.message(await policy.message(actor, params.id)),
    }),
    route({
      method: 'PATCH',
      url: '/api/messages/:id',
      access: member('chat', 'chat.edit'),
      summary: 'Change the text of a message',
      params: idParams,
      body: messagePatch,
      reply: message,
      handle: async ({ actor, params, body }) =>
        conversations.editMessage(actor, await policy.message(actor, params.id), body.content),
    }),
    route({
      method: 'DELETE',
      url: '/api/messages/:id',
      access: member('chat', 'chat.delete'),
      summary: 'Delete a message with everything said after it',
      params: idParams,
      handle: ({ actor, params }) =>
        unlessGone(async () => conversations.removeMessage(actor, await policy.message(actor, params.id))),
    }),
  ];
}
