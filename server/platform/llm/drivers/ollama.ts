import type {
  Embeddings,
  EmbedRequest,
  FinishReason,
  LlmEvent,
  LlmProvider,
  LlmRequest,
  ModelInfo,
} from '../driver.ts';
import { cutOff, nonsense, refused } from '../errors.ts';
import { createProviderHttp, type HttpSettings, type ProviderSettings } from '../http.ts';
import { joined } from '../joined.ts';
import { readLines } from '../ndjson.ts';
import { isText, rootPath, tokenUsage, vectorsOf } from '../protocol.ts';
import { parseEvent } from '../sse.ts';
import { createToolCalls } from '../tool-calls.ts';
import { describe, ollamaManagement, type Shown } from './ollama-models.ts';
import { chatBody, optionalFields } from './ollama-request.ts';

type Call = { id?: unknown; function?: { name?: unknown; arguments?: unknown } };
type Line = {
  message: { content?: unknown; thinking?: unknown; tool_calls?: unknown };
  done: boolean;
  done_reason: string;
  prompt_eval_count: number;
  eval_count: number;
  error: unknown;
};

/** Models are asked about one by one; this many at a time. */
const SHOWN_AT_ONCE = 4;
/** A vector has some thousand numbers of some ten digits, and many come in one answer. */
const MAX_EMBEDDING_BYTES = 128 * 1024 * 1024;

/** Ollama's native API: newline-delimited JSON, figures in the last line. */
export function createOllamaProvider(settings: ProviderSettings, httpSettings: HttpSettings): LlmProvider {
  const headers: Record<string, string> = settings.apiKey ? { authorization: `Bearer ${settings.apiKey}` } : {};
  const http = createProviderHttp({ settings, prefix: rootPath(settings.baseUrl), headers }, httpSettings);
  const { speaker } = http;
  /** By digest: what Ollama says about the same weights does not change, and asking costs a request a model. */
  let known = new Map<string, ModelInfo>();

  async function* stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmEvent> {
    const call = { signal, model: request.model, optional: optionalFields };
    const answer = await http.openStream('/api/chat', chatBody(request), call);
    const calls = createToolCalls();
    let over = false;
    for await (const batch of readLines(answer.chunks, speaker)) {
      for (const event of joined(said(batch))) yield event;
      if (over) return;
    }
    throw cutOff(speaker);

    function* said(batch: readonly string[]): Generator<LlmEvent> {
      for (const text of batch) {
        const line = parseEvent<Line>(text, speaker);
        if (line.error) throw refused(speaker, { status: 500, body: line });
        answer.began();
        const { content, thinking, tool_calls } = line.message ?? {};
        if (isText(thinking)) yield { type: 'reasoning', text: thinking };
        if (isText(content)) yield { type: 'text', text: content };
        if (Array.isArray(tool_calls)) {
          for (const called of tool_calls as (Call | null)[]) if (called) yield* toolEvents(calls, called);
        }
        if (line.done !== true) continue;
        over = true;
        answer.complete();
        yield* calls.end();
        if (line.prompt_eval_count !== undefined || line.eval_count !== undefined) {
          yield { type: 'usage', usage: tokenUsage(line.prompt_eval_count, line.eval_count) };
        }
        yield { type: 'finish', reason: calls.count() > 0 ? 'tool_calls' : finishReason(line.done_reason) };
        return;
      }
    }
  }

  /** Calls come whole, their arguments as an object. */
  function* toolEvents(calls: ReturnType<typeof createToolCalls>, { id, function: called }: Call): Generator<LlmEvent> {
    if (!isText(called?.name)) throw nonsense(speaker, 'It called a tool without a name.');
    const key = calls.count();
    yield* calls.begin(key, { id, name: called.name });
    yield* calls.piece(key, JSON.stringify(called.arguments ?? {}));
  }

  function finishReason(reason: string | undefined): FinishReason {
    if (reason === undefined || reason === 'stop') return 'stop';
    return reason === 'length' ? 'length' : 'other';
  }

  async function embed({ model, input, dimensions }: EmbedRequest, signal: AbortSignal): Promise<Embeddings> {
    const call = { signal, model, maxBytes: MAX_EMBEDDING_BYTES };
    const reply = (await http.postJson('/api/embed', { model, input, dimensions }, call)) as {
      embeddings?: unknown;
      prompt_eval_count?: unknown;
    } | null;
    const vectors = Array.isArray(reply?.embeddings) ? vectorsOf(reply.embeddings, input.length) : undefined;
    if (!vectors) throw nonsense(speaker, 'Its vectors have another form.');
    const read = reply?.prompt_eval_count;
    return { vectors, usage: read === undefined ? null : tokenUsage(read, 0) };
  }

  async function listModels(signal: AbortSignal): Promise<ModelInfo[]> {
    const reply = (await http.getJson('/api/tags', { signal })) as { models?: unknown } | null;
    if (!Array.isArray(reply?.models)) throw nonsense(speaker, 'Its list of models has another form.');
    const tags = (reply.models as ({ name?: unknown; digest?: unknown } | null)[]).flatMap((tag) =>
      isText(tag?.name) ? [{ name: tag.name, digest: `${String(tag.digest)} ${tag.name}` }] : [],
    );
    const next = new Map<string, ModelInfo>();
    const models: ModelInfo[] = [];
    for (let at = 0; at < tags.length; at += SHOWN_AT_ONCE) {
      const asked = tags.slice(at, at + SHOWN_AT_ONCE).map(async ({ name, digest }) => {
        const model = known.get(digest) ?? (await show(name, signal));
        if (model) next.set(digest, model);
        return model ?? describe(name, undefined);
      });
      models.push(...(await Promise.all(asked)));
    }
    known = next;
    return models;
  }

  /** Undefined when the server does not say: the model is listed all the same. */
  async function show(model: string, signal: AbortSignal): Promise<ModelInfo | undefined> {
    try {
      return describe(model, (await http.postJson('/api/show', { model }, { signal })) as Shown);
    } catch (error) {
      if (signal.aborted) throw error;
      return undefined;
    }
  }

  const { id, kind, name } = settings;
  return {
    id,
    kind,
    name,
    protocol: 'ollama',
    grounded: false,
    listModels,
    stream,
    embed,
    forward: (call, signal) => http.forward(call, signal),
    manage: ollamaManagement(http),
    close: () => http.close(),
  };
}
