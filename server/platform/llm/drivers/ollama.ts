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
import { createProviderHttp, type HttpSettings, type ProviderSettings, type ProviderStream } from '../http.ts';
import { lineFraming } from '../ndjson.ts';
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

  function stream(request: LlmRequest, signal: AbortSignal): LlmStream {
    const call = { signal, model: request.model, optional: optionalFields };
    const calls = createToolCalls();
    let answer: ProviderStream | undefined;
    let last: Partial<Line> | undefined;

    return answerEvents<string>({
      async open() {
        answer = await http.openStream('/api/chat', chatBody(request), call);
        return { pieces: answer.pieces, framing: lineFraming(speaker) };
      },
      take(text, tell) {
        const line = parseEvent<Line>(text, speaker);
        if (line.error) throw refused(speaker, { status: 500, body: line });
        answer?.began();
        const { content, thinking, tool_calls } = line.message ?? {};
        if (isText(thinking)) tell({ type: 'reasoning', text: thinking });
        if (isText(content)) tell({ type: 'text', text: content });
        if (Array.isArray(tool_calls)) {
          for (const called of tool_calls as (Call | null)[]) if (called) tellAll(toolEvents(calls, called), tell);
        }
        if (line.done !== true) return false;
        answer?.complete();
        last = line;
        return true;
      },
      end(tell) {
        if (!last) throw cutOff(speaker);
        tellAll(calls.end(), tell);
        if (last.prompt_eval_count !== undefined || last.eval_count !== undefined)
          tell({ type: 'usage', usage: tokenUsage(last.prompt_eval_count, last.eval_count) });
        tell({ type: 'finish', reason: calls.count() > 0 ? 'tool_calls' : finishReason(last.done_reason) });
      },
    });
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
