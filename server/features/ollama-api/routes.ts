import type { FastifyReply } from 'fastify';
import { member } from '../../http-kit/access.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { ollamaError } from '../../http-kit/foreign-errors.ts';
import { sendJson, sendPassed, sendPieces, whileConnected } from '../../http-kit/outflow.ts';
import { toAppError } from '../../http-kit/problem.ts';
import { route, type Route } from '../../http-kit/route.ts';
import { AppError, invalidField } from '../../lib/errors.ts';
import type { Gateway } from '../gateway/service.ts';
import type { Kind } from './answer.ts';
import { createOllamaAnswers } from './answers.ts';
import { runningTag, shown, tag } from './models.ts';
import {
  chatBody,
  embedBody,
  embeddingsBody,
  generateBody,
  showBody,
  type ChatBody,
  type GenerateBody,
} from './request.ts';

const failure = (error: unknown): string => `${JSON.stringify(ollamaError(toAppError(error)))}\n`;

/** The version of Ollama's API whose fields are spoken here. */
const API_VERSION = '0.12.0';

export function ollamaRoutes(gateway: Gateway, limits: { requestBytes: number }): Route[] {
  const answers = createOllamaAnswers(gateway);

  type Asked = { actor: Actor; body: ChatBody | GenerateBody; bytes: Buffer | null; reply: FastifyReply };
  const answer = (kind: Kind, { reply, ...asked }: Asked) =>
    whileConnected(reply, async (signal) => {
      const made = await answers.answer(kind, { ...asked, signal });
      if ('passed' in made) return sendPassed(reply, made.passed, failure);
      if ('whole' in made) return sendJson(reply, made.whole);
      await sendPieces(reply, made.frames, { contentType: 'application/x-ndjson', failure });
      return reply;
    });

  return [
    route({
      method: 'GET',
      url: '/ollama/api/version',
      access: member('models'),
      summary: 'The version of Ollama’s API',
      reply: 'raw',
      handle: ({ reply }) => sendJson(reply, { version: API_VERSION }),
    }),
    route({
      method: 'GET',
      url: '/ollama/api/tags',
      access: member('models'),
      summary: 'Ollama’s list of models',
      reply: 'raw',
      handle: async ({ actor, reply }) => sendJson(reply, { models: (await gateway.models(actor)).map(tag) }),
    }),
    route({
      method: 'GET',
      url: '/ollama/api/ps',
      access: member('models'),
      summary: 'The models that Ollama servers hold in memory',
      reply: 'raw',
      handle: ({ actor, reply }) =>
        whileConnected(reply, async (signal) =>
          sendJson(reply, { models: (await gateway.running(actor, signal)).map(runningTag) }),
        ),
    }),
    route({
      method: 'POST',
      url: '/ollama/api/show',
      access: member('models'),
      summary: 'What is known of a model',
      body: showBody,
      reply: 'raw',
      handle: ({ actor, body, reply }) =>
        whileConnected(reply, async (signal) => {
          const name = body.model ?? body.name;
          if (!name) throw invalidField('model', 'Name the model.');
          const { id, model, provider } = await gateway.find(actor, name);
          const listed = (await gateway.models(actor)).find((one) => one.id === id);
          if (!listed) throw new AppError('MODEL_NOT_FOUND', { details: { model_name: name } });
          return sendJson(reply, shown(listed, await provider.manage?.show(model, signal)));
        }),
    }),
    route({
      method: 'POST',
      url: '/ollama/api/chat',
      access: member('chat'),
      limit: 'chat',
      summary: 'Ollama’s chat, with any model here',
      body: chatBody,
      bodyLimit: limits.requestBytes,
      keepsBytes: true,
      reply: 'raw',
      handle: ({ actor, body, request: { bytes }, reply }) => answer('chat', { actor, body, bytes, reply }),
    }),
    route({
      method: 'POST',
      url: '/ollama/api/generate',
      access: member('chat'),
      limit: 'chat',
      summary: 'Ollama’s generate, with any model here',
      body: generateBody,
      bodyLimit: limits.requestBytes,
      keepsBytes: true,
      reply: 'raw',
      handle: ({ actor, body, request: { bytes }, reply }) => answer('generate', { actor, body, bytes, reply }),
    }),
    route({
      method: 'POST',
      url: '/ollama/api/embed',
      access: member('chat'),
      limit: 'chat',
      summary: 'Ollama’s embed, with any embedding model here',
      body: embedBody,
      reply: 'raw',
      handle: ({ actor, body, reply }) =>
        whileConnected(reply, async (signal) => {
          const input = typeof body.input === 'string' ? [body.input] : body.input;
          const request = { input, ...(body.dimensions && { dimensions: body.dimensions }) };
          const call = await gateway.embeddings({ actor, model: body.model, body: input, signal });
          const made = await call.make(request);
          return sendJson(reply, {
            model: call.id,
            embeddings: made.vectors,
            total_duration: 0,
            load_duration: 0,
            prompt_eval_count: made.usage?.prompt_tokens ?? 0,
          });
        }),
    }),
    route({
      method: 'POST',
      url: '/ollama/api/embeddings',
      access: member('chat'),
      limit: 'chat',
      summary: 'Ollama’s older embeddings, of one text',
      body: embeddingsBody,
      reply: 'raw',
      handle: ({ actor, body, reply }) =>
        whileConnected(reply, async (signal) => {
          const input = [body.prompt];
          const call = await gateway.embeddings({ actor, model: body.model, body: input, signal });
          const { vectors } = await call.make({ input });
          return sendJson(reply, { embedding: vectors[0] });
        }),
    }),
  ];
}
