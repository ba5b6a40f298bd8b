import { anthropicError } from '../../http-kit/foreign-errors.ts';
import { member } from '../../http-kit/access.ts';
import { sendJson, sendPassed, sendPieces, whileConnected } from '../../http-kit/outflow.ts';
import { toAppError } from '../../http-kit/problem.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { Gateway } from '../gateway/service.ts';
import { createAnthropicAnswers } from './answers.ts';
import { messagesBody } from './request.ts';

/** `limits.requestBytes`: of a JSON body, images inside. */
export function anthropicRoutes(gateway: Gateway, limits: { requestBytes: number }): Route[] {
  const answers = createAnthropicAnswers(gateway);
  return [
    route({
      method: 'POST',
      url: '/v1/messages',
      access: member('chat'),
      limit: 'chat',
      summary: 'Anthropic’s Messages, with any model here',
      body: messagesBody,
      bodyLimit: limits.requestBytes,
      keepsBytes: true,
      reply: 'raw',
      handle: ({ actor, body, request, reply }) =>
        whileConnected(reply, async (signal) => {
          const failure = (error: unknown): string =>
            `event: error\ndata: ${JSON.stringify(anthropicError(toAppError(error), request.id))}\n\n`;
          const asked = { actor, body, bytes: request.bytes, beta: request.headers['anthropic-beta'], signal };
          reply.header('request-id', request.id);
          const answer = await answers.message(asked);
          if ('passed' in answer) return sendPassed(reply, answer.passed, failure);
          if ('whole' in answer) return sendJson(reply, answer.whole);
          await sendPieces(reply, answer.frames, { contentType: 'text/event-stream; charset=utf-8', failure });
          return reply;
        }),
    }),
    route({
      method: 'POST',
      url: '/v1/messages/count_tokens',
      access: member('chat'),
      summary: 'Anthropic’s count of a request’s tokens; an estimate for other models',
      body: messagesBody,
      bodyLimit: limits.requestBytes,
      keepsBytes: true,
      reply: 'raw',
      handle: ({ actor, body, request, reply }) =>
        whileConnected(reply, async (signal) => {
          const { id, bytes } = request;
          const input_tokens = await gateway.countTokens({ actor, model: body.model, body, bytes, signal });
          return sendJson(reply.header('request-id', id), { input_tokens });
        }),
    }),
  ];
}
