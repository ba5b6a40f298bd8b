import { z } from 'zod';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { chatBody, chatReply, continueBody, regenerateBody } from '../../../shared/api/chat.ts';
import { approveBody, approveReply } from '../../../shared/api/tools.ts';
import { idParams } from '../../../shared/api/common.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import { openEventStream } from '../../http-kit/sse.ts';
import { invalidField } from '../../lib/errors.ts';
import type { Approvals } from '../tools/approvals.ts';
import type { ChatService } from './chat-service.ts';
import type { RequestInfo } from './idempotency.ts';
import type { GenerationReader } from './generation-reader.ts';
import type { ChatPolicy, OwnGeneration } from './policy.ts';

type Deps = { chat: ChatService; reader: GenerationReader; policy: ChatPolicy; approvals: Pick<Approvals, 'decide'> };

const resumeQuery = z.object({ after: z.coerce.number().int().min(0).optional() });

/** A question is text: longer ones belong into a file. Leaves room for 5 MB messages in any alphabet. */
const CHAT_BODY_BYTES = 16 * 1024 * 1024;

export function chatRoutes({ chat, reader, policy, approvals }: Deps): Route[] {
  const stream = async (
    generation: OwnGeneration,
    after: number,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> => {
    await reader.read(generation, after, openEventStream(request, reply));
  };

  return [
    route({
      method: 'POST',
      url: '/api/chat/stream',
      access: member('chat'),
      limit: 'chat',
      summary: 'Ask, and follow the answer as it is written (Server-Sent Events)',
      body: chatBody,
      bodyLimit: CHAT_BODY_BYTES,
      reply: 'raw',
      handle: async ({ actor, body, request, reply }) =>
        stream(await chat.send(actor, body, infoOf(request)), 0, request, reply),
    }),
    route({
      method: 'POST',
      url: '/api/chat/message',
      access: member('chat'),
      limit: 'chat',
      summary: 'Ask, and wait for the whole answer',
      body: chatBody,
      bodyLimit: CHAT_BODY_BYTES,
      reply: chatReply,
      handle: async ({ actor, body, request }) => {
        const generation = await chat.send(actor, body, infoOf(request));
        const { user_message, message } = await chat.result(generation);
        return { conversation_id: generation.conversation_id, user_message, message, usage: message.usage };
      },
    }),
    route({
      method: 'POST',
      url: '/api/chat/regenerate',
      access: member('chat'),
      limit: 'chat',
      summary: 'Another answer beside the one that is there',
      body: regenerateBody,
      reply: 'raw',
      handle: async ({ actor, body, request, reply }) =>
        stream(await chat.regenerate(actor, body, infoOf(request)), 0, request, reply),
    }),
    route({
      method: 'POST',
      url: '/api/chat/continue',
      access: member('chat'),
      limit: 'chat',
      summary: 'Go on with an answer that was cut off, in the same message; the stream begins with what stands there',
      body: continueBody,
      reply: 'raw',
      handle: async ({ actor, body, request, reply }) =>
        stream(await chat.continueAnswer(actor, body, infoOf(request)), 0, request, reply),
    }),
    route({
      method: 'GET',
      url: '/api/chat/generations/:id/stream',
      access: member('chat'),
      summary: 'Follow an answer from any point, by Last-Event-ID or ?after=',
      params: idParams,
      query: resumeQuery,
      reply: 'raw',
      handle: async ({ actor, params, query, request, reply }) =>
        stream(await policy.generation(actor, params.id), query.after ?? lastEventId(request), request, reply),
    }),
    route({
      method: 'DELETE',
      url: '/api/chat/generations/:id',
      access: member('chat'),
      summary: 'Stop an answer; what was written is kept',
      params: idParams,
      handle: async ({ actor, params }) => chat.stop(await policy.generation(actor, params.id)),
    }),
    route({
      method: 'POST',
      url: '/api/chat/generations/:id/approve',
      access: member('chat'),
      limit: 'chat',
      summary: 'Say whether a tool may act that waits for it',
      params: idParams,
      body: approveBody,
      reply: approveReply,
      async handle({ actor, params, body }) {
        await approvals.decide(await policy.generation(actor, params.id), body);
        return { tool_call_id: body.tool_call_id, allow: body.allow };
      },
    }),
  ];
}

const infoOf = (request: FastifyRequest): RequestInfo => ({
  requestId: request.id,
  idempotencyKey: idempotencyKey(request.headers['idempotency-key']),
  route: request.routeOptions.url ?? '',
});

function idempotencyKey(value: string | string[] | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.length >= 1 && value.length <= 200) return value;
  throw invalidField('Idempotency-Key', 'One key of 1 to 200 characters.');
}

/** The standard's header; anything that is no number counts as the beginning. */
function lastEventId({ headers }: FastifyRequest): number {
  const id = Number(headers['last-event-id']);
  return Number.isSafeInteger(id) && id > 0 ? id : 0;
}
