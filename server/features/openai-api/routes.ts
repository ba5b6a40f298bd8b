import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { member } from '../../http-kit/access.ts';
import { protocolOf } from '../../http-kit/foreign-errors.ts';
import { sendJson, sendPassed, sendPieces, whileConnected } from '../../http-kit/outflow.ts';
import { route, type Route } from '../../http-kit/route.ts';
import { AppError } from '../../lib/errors.ts';
import type { Gateway } from '../gateway/service.ts';
import { createOpenAiAnswers, failureFrame, type OpenAiAnswer } from './answers.ts';
import { chatBody } from './chat-request.ts';
import { embeddingList, embeddingsBody, packedAnswer, textsOf } from './embeddings.ts';
import { anthropicModel, modelList, openAiModel } from './model-list.ts';
import { responsesBody } from './responses-request.ts';
import { readRecording, transcriptReply, type FormPart } from './transcriptions.ts';

const EVENT_STREAM = 'text/event-stream; charset=utf-8';

async function send(reply: FastifyReply, answer: OpenAiAnswer): Promise<FastifyReply> {
  if ('passed' in answer) return sendPassed(reply, answer.passed, failureFrame);
  if ('whole' in answer) return sendJson(reply, answer.whole);
  await sendPieces(reply, answer.frames, { contentType: EVENT_STREAM, failure: failureFrame });
  return reply;
}

/** `limits.requestBytes`: of a JSON body, images inside. */
export function openAiRoutes(gateway: Gateway, limits: { requestBytes: number }): Route[] {
  const answers = createOpenAiAnswers(gateway);
  return [
    route({
      method: 'GET',
      url: '/v1/models',
      access: member('models'),
      summary: 'OpenAI’s list of models, or Anthropic’s for its clients',
      reply: 'raw',
      async handle({ actor, request, reply }) {
        const protocol = protocolOf(request) === 'anthropic' ? 'anthropic' : 'openai';
        return sendJson(reply, modelList(await gateway.models(actor), protocol));
      },
    }),
    route({
      method: 'GET',
      // Names have slashes.
      url: '/v1/models/*',
      access: member('models'),
      summary: 'One model of that list',
      params: z.object({ '*': z.string().min(1).max(300) }),
      reply: 'raw',
      async handle({ actor, params, request, reply }) {
        const resolved = await gateway.find(actor, params['*']);
        const { id } = resolved;
        const model = { id, name: resolved.model, provider: resolved.provider.id };
        return sendJson(reply, protocolOf(request) === 'anthropic' ? anthropicModel(model) : openAiModel(model));
      },
    }),
    route({
      method: 'POST',
      url: '/v1/chat/completions',
      access: member('chat'),
      limit: 'chat',
      summary: 'OpenAI’s Chat Completions, with any model here',
      body: chatBody,
      bodyLimit: limits.requestBytes,
      keepsBytes: true,
      reply: 'raw',
      handle: ({ actor, body, request: { bytes }, reply }) =>
        whileConnected(reply, async (signal) => send(reply, await answers.chat({ actor, body, bytes, signal }))),
    }),
    route({
      method: 'POST',
      url: '/v1/responses',
      access: member('chat'),
      limit: 'chat',
      summary: 'OpenAI’s Responses, with any model here; nothing is kept',
      body: responsesBody,
      bodyLimit: limits.requestBytes,
      reply: 'raw',
      handle: ({ actor, body, reply }) =>
        whileConnected(reply, async (signal) => send(reply, await answers.respond({ actor, body, signal }))),
    }),
    route({
      method: 'POST',
      url: '/v1/embeddings',
      access: member('chat'),
      limit: 'chat',
      summary: 'OpenAI’s Embeddings, with any embedding model here',
      body: embeddingsBody,
      keepsBytes: true,
      reply: 'raw',
      handle: ({ actor, body, request: { bytes }, reply }) =>
        whileConnected(reply, async (signal) => {
          const request = { input: textsOf(body.input), ...(body.dimensions && { dimensions: body.dimensions }) };
          const format = body.encoding_format ?? 'float';
          const call = await gateway.embeddings({ actor, model: body.model, body: body.input, signal });
          const passed = await call.pass({ protocol: 'openai', path: '/embeddings', bytes, body, vectors: true });
          if (passed?.bytes) {
            const answer = format === 'base64' ? packedAnswer(passed.bytes) : passed.bytes;
            return reply.type(passed.contentType).send(answer);
          }
          return sendJson(reply, embeddingList(await call.make(request), call.id, format));
        }),
    }),
    ...transcriptionsAt.map(({ url, summary, isOwn }) =>
      route({
        method: 'POST',
        url,
        access: member('chat'),
        limit: 'chat',
        summary,
        accepts: 'multipart',
        bodyLimit: MAX_RECORDING,
        reply: 'raw',
        handle: ({ actor, request, reply }) =>
          whileConnected(reply, async (signal) => {
            if (!request.isMultipart()) throw new AppError('UNSUPPORTED_MEDIA_TYPE');
            const parts = request.parts({ limits: { fileSize: MAX_RECORDING } }) as AsyncIterable<FormPart>;
            const usual = isOwn ? await gateway.usualSpeech(actor) : undefined;
            const { model, request: recording } = await readRecording(parts, usual);
            const said = await gateway.transcribe({ actor, model, signal }, recording);
            const { contentType, body } = transcriptReply(said, recording.format);
            return reply.type(contentType).send(body);
          }),
      }),
    ),
  ];
}

/** The same for OpenAI's clients and for our own, which need not name a model. */
const transcriptionsAt = [
  { url: '/v1/audio/transcriptions', summary: 'OpenAI’s transcriptions: the text of a recording', isOwn: false },
  { url: '/api/audio/transcriptions', summary: 'The text of a recording', isOwn: true },
] as const;

/** As large as OpenAI takes; it is held in memory. */
const MAX_RECORDING = 25 * 1024 * 1024;
