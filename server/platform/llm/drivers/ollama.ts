import type { FinishReason, LlmEvent, LlmProvider, LlmRequest, ModelInfo } from '../driver.ts';
import { cutOff, nonsense, refused } from '../errors.ts';
import { createProviderHttp, type HttpSettings, type ProviderSettings } from '../http.ts';
import { readLines } from '../ndjson.ts';
import { rootPath, looksLikeEmbedding, positive, tokenUsage } from '../protocol.ts';
import { parseEvent } from '../sse.ts';

type Line = {
  message: { content?: unknown; thinking?: unknown; tool_calls?: unknown };
  done: boolean;
  done_reason: string;
  prompt_eval_count: number;
  eval_count: number;
  error: unknown;
};
type Shown = { capabilities?: unknown; model_info?: Record<string, unknown> };

/** Models are asked about one by one; this many at a time. */
const SHOWN_AT_ONCE = 4;
const MAX_CONTEXT = 32_768;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/**
 * Ollama cuts the beginning off a prompt that is longer than its default context of 4,096 tokens and says nothing. So a
 * long prompt asks for more, in powers of two, because each other size makes Ollama load the model anew. Three characters
 * a token is on the safe side for European languages.
 */
function contextFor({ messages, options }: LlmRequest): number | undefined {
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
  const needed = characters / 3 + Math.min(options?.max_tokens ?? 1_024, 8_192);
  return needed <= 4_096 ? undefined : Math.min(2 ** Math.ceil(Math.log2(needed)), MAX_CONTEXT);
}

function describe(name: string, shown: Shown | undefined): ModelInfo {
  const can = Array.isArray(shown?.capabilities) ? (shown.capabilities as unknown[]) : undefined;
  const embedding = can ? can.includes('embedding') && !can.includes('completion') : looksLikeEmbedding(name);
  const contextKey = Object.keys(shown?.model_info ?? {}).find((key) => key.endsWith('.context_length'));
  const context = contextKey ? positive(shown?.model_info?.[contextKey]) : undefined;
  return {
    name,
    kind: embedding ? 'embedding' : 'chat',
    ...(context && { context_length: context }),
    ...(can?.includes('vision') && { vision: true }),
    ...(can?.includes('tools') && { tools: true }),
  };
}

/** Ollama's native API: newline-delimited JSON, figures in the last line. */
export function createOllamaProvider(settings: ProviderSettings, httpSettings: HttpSettings): LlmProvider {
  const headers: Record<string, string> = settings.apiKey ? { authorization: `Bearer ${settings.apiKey}` } : {};
  const http = createProviderHttp({ settings, prefix: rootPath(settings.baseUrl), headers }, httpSettings);
  const { speaker } = http;
  /** By digest: what Ollama says about the same weights does not change, and asking costs a request a model. */
  let known = new Map<string, ModelInfo>();

  const body = (request: LlmRequest) => ({
    model: request.model,
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    stream: true,
    options: {
      temperature: request.options?.temperature,
      top_p: request.options?.top_p,
      num_predict: request.options?.max_tokens,
      stop: request.options?.stop,
      seed: request.options?.seed,
      num_ctx: contextFor(request),
    },
  });

  async function* stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmEvent> {
    const answer = await http.openStream('/api/chat', body(request), { signal, model: request.model });
    let calledTools = false;
    for await (const batch of readLines(answer.chunks, speaker)) {
      for (const text of batch) {
        const line = parseEvent<Line>(text, speaker);
        if (line.error) throw refused(speaker, { status: 500, body: line });
        const { content, thinking, tool_calls } = line.message ?? {};
        if (isText(thinking)) yield { type: 'reasoning', text: thinking };
        if (isText(content)) yield { type: 'text', text: content };
        calledTools ||= Array.isArray(tool_calls) && tool_calls.length > 0;
        if (line.done !== true) continue;
        answer.complete();
        if (line.prompt_eval_count !== undefined || line.eval_count !== undefined) {
          yield { type: 'usage', usage: tokenUsage(line.prompt_eval_count, line.eval_count) };
        }
        yield { type: 'finish', reason: calledTools ? 'tool_calls' : finishReason(line.done_reason) };
        return;
      }
    }
    throw cutOff(speaker);
  }

  function finishReason(reason: string | undefined): FinishReason {
    if (reason === undefined || reason === 'stop') return 'stop';
    return reason === 'length' ? 'length' : 'other';
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
  return { id, kind, name, grounded: false, listModels, stream, close: () => http.close() };
}
