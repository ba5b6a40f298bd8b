import type { EventSourceMessage } from 'eventsource-parser';
import { answerEvents, tellAll } from '../answer-events.ts';
import type {
  Embeddings,
  EmbedRequest,
  FinishReason,
  LlmEvent,
  LlmProvider,
  LlmRequest,
  LlmStream,
  ModelInfo,
} from '../driver.ts';
import { cutOff, nonsense, refused } from '../errors.ts';
import {
  createProviderHttp,
  type HttpSettings,
  type ProviderHttp,
  type ProviderSettings,
  type ProviderStream,
} from '../http.ts';
import { isText, openAiPath, rootPath, tokenUsage, vectorsOf } from '../protocol.ts';
import { createSameFrame } from '../same-frame.ts';
import { parseEvent, sseFraming } from '../sse.ts';
import { createToolCalls } from '../tool-calls.ts';
import { transcriber } from './openai-audio.ts';
import { readModelList } from './openai-models.ts';
import { reranker } from './openai-rerank.ts';
import { chatBody, optionalFields } from './openai-request.ts';

type CallPiece = { index?: unknown; id?: unknown; function?: { name?: unknown; arguments?: unknown } };
type Delta = { content?: unknown; reasoning_content?: unknown; reasoning?: unknown; tool_calls?: unknown };
type Usage = {
  prompt_tokens?: number;
  completion_tokens?: number;
  total_tokens?: number;
  prompt_tokens_details?: { cached_tokens?: unknown } | null;
  completion_tokens_details?: { reasoning_tokens?: unknown } | null;
};
type Chunk = {
  choices: { delta?: Delta; message?: Delta; finish_reason?: string | null }[];
  usage: Usage | null;
  error: unknown;
};

const finishReasons: Record<string, FinishReason> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'content_filter',
};

/** A vector has some thousand numbers of some ten digits, and many come in one answer. */
const MAX_EMBEDDING_BYTES = 128 * 1024 * 1024;

/** OpenAI's Chat Completions, as OpenAI, LM Studio and the many compatible servers speak them. */
export function createOpenAiProvider(settings: ProviderSettings, httpSettings: HttpSettings): LlmProvider {
  const lmStudio = settings.kind === 'lmstudio';
  // LM Studio's own listing lies beside `/v1`.
  const prefix = lmStudio ? rootPath(settings.baseUrl) : openAiPath(settings.baseUrl);
  const api = lmStudio ? '/v1' : '';
  const headers: Record<string, string> = settings.apiKey ? { authorization: `Bearer ${settings.apiKey}` } : {};
  const http = createProviderHttp({ settings, prefix, headers }, httpSettings);
  const { speaker } = http;
  let root: ProviderHttp | undefined;
  const atRoot = (): ProviderHttp =>
    (root ??= createProviderHttp({ settings, prefix: rootPath(settings.baseUrl), headers }, httpSettings));

  function stream(request: LlmRequest, signal: AbortSignal): LlmStream {
    const call = { signal, model: request.model, optional: optionalFields };
    const calls = createToolCalls();
    const frame = createSameFrame('content');
    let answer: ProviderStream | undefined;
    let finish: FinishReason | undefined;
    let usage: Usage | null | undefined;

    return answerEvents<EventSourceMessage>({
      async open() {
        answer = await http.openStream(`${api}/chat/completions`, chatBody(request, settings.kind), call);
        return { pieces: answer.pieces, framing: sseFraming(answer.contentType, speaker) };
      },
      take({ data }, tell) {
        const words = frame.wordsIn(data);
        if (words !== undefined) {
          if (words) tell({ type: 'text', text: words });
          return false;
        }
        if (data === '[DONE]') {
          finish ??= 'stop';
          answer?.complete();
          return true;
        }
        const chunk = parseEvent<Chunk>(data, speaker);
        if (chunk.error) throw inStreamError(chunk.error);
        usage = chunk.usage ?? usage;
        const choice = Array.isArray(chunk.choices) ? chunk.choices[0] : undefined;
        const delta = choice?.delta ?? choice?.message;
        const reasoning = delta?.reasoning_content ?? delta?.reasoning;
        // A first piece often has only the role.
        if (isText(reasoning) || isText(delta?.content) || delta?.tool_calls) answer?.began();
        if (isText(reasoning)) tell({ type: 'reasoning', text: reasoning });
        if (isText(delta?.content)) tell({ type: 'text', text: delta.content });
        if (Array.isArray(delta?.tool_calls)) {
          for (const piece of delta.tool_calls as (CallPiece | null)[])
            if (piece) tellAll(toolEvents(calls, piece), tell);
        }
        if (isText(choice?.finish_reason)) finish = finishReasons[choice.finish_reason] ?? 'other';
        else if (isText(delta?.content) && !reasoning && !delta.tool_calls && !chunk.usage)
          frame.learn(data, delta.content);
        return false;
      },
      end(tell) {
        if (!finish) throw cutOff(speaker);
        tellAll(calls.end(), tell);
        if (usage) {
          const figures = {
            total: usage.total_tokens,
            cached: usage.prompt_tokens_details?.cached_tokens,
            reasoning: usage.completion_tokens_details?.reasoning_tokens,
          };
          tell({ type: 'usage', usage: tokenUsage(usage.prompt_tokens, usage.completion_tokens, figures) });
        }
        // With a call that was forced, the protocol says "stop".
        tell({ type: 'finish', reason: finish === 'stop' && calls.count() > 0 ? 'tool_calls' : finish });
      },
    });
  }

  /** Pieces are told apart by their index; a server without one sends each call whole. */
  function* toolEvents(calls: ReturnType<typeof createToolCalls>, piece: CallPiece): Generator<LlmEvent> {
    const key = typeof piece.index === 'number' ? piece.index : (piece.id ?? calls.count());
    if (!calls.knows(key)) {
      if (!isText(piece.function?.name)) throw nonsense(speaker, 'It called a tool without a name.');
      yield* calls.begin(key, { id: piece.id, name: piece.function.name });
    }
    if (isText(piece.function?.arguments)) yield* calls.piece(key, piece.function.arguments);
  }

  function inStreamError(error: unknown) {
    const code = (error as { code?: unknown }).code;
    const status = typeof code === 'number' && code >= 400 && code < 600 ? code : 500;
    return refused(speaker, { status, body: { error } });
  }

  async function embed({ model, input, dimensions }: EmbedRequest, signal: AbortSignal): Promise<Embeddings> {
    const body = { model, input, dimensions, encoding_format: 'float' };
    const reply = (await http.postJson(`${api}/embeddings`, body, {
      signal,
      model,
      maxBytes: MAX_EMBEDDING_BYTES,
    })) as {
      data?: unknown;
      usage?: Usage;
    } | null;
    const items = Array.isArray(reply?.data) ? (reply.data as ({ index?: number; embedding?: unknown } | null)[]) : [];
    const inOrder = items.toSorted((a, b) => (a?.index ?? 0) - (b?.index ?? 0)).map((item) => item?.embedding);
    const vectors = vectorsOf(inOrder, input.length);
    if (!vectors) throw nonsense(speaker, 'Its vectors have another form.');
    const { usage } = reply ?? {};
    return { vectors, usage: usage ? tokenUsage(usage.prompt_tokens, 0, { total: usage.total_tokens }) : null };
  }

  async function listModels(signal: AbortSignal): Promise<ModelInfo[]> {
    if (lmStudio) {
      // LM Studio's own listing knows kinds and context lengths; older versions have only the common one.
      const own = await http.getJson('/api/v0/models', { signal }).catch((error: unknown) => {
        if (signal.aborted) throw error;
        return undefined;
      });
      const models = readModelList(own, settings.kind);
      if (models) return models;
    }
    const models = readModelList(await http.getJson(`${api}/models`, { signal }), settings.kind);
    if (!models) throw nonsense(speaker, 'Its list of models has another form.');
    return models;
  }

  const { id, kind, name } = settings;
  return {
    id,
    kind,
    name,
    protocol: 'openai',
    grounded: false,
    listModels,
    stream,
    embed,
    rerank: reranker({ http, path: api }, atRoot),
    ...(!lmStudio && { transcribe: transcriber(http) }),
    forward: (call, signal) => http.forward({ ...call, path: `${api}${call.path}` }, signal),
    async close() {
      await Promise.all([http.close(), root?.close()]);
    },
  };
}
