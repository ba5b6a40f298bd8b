import type { FinishReason, LlmEvent, LlmProvider, LlmRequest, ModelInfo } from '../driver.ts';
import { cutOff, nonsense, refused } from '../errors.ts';
import { createProviderHttp, type HttpSettings, type ProviderSettings } from '../http.ts';
import { openAiPath, rootPath, tokenUsage } from '../protocol.ts';
import { parseEvent, readSse } from '../sse.ts';
import { readModelList } from './openai-models.ts';

type Delta = { content?: unknown; reasoning_content?: unknown; reasoning?: unknown };
type Chunk = {
  choices: { delta?: Delta; message?: Delta; finish_reason?: string | null }[];
  usage: { prompt_tokens?: number; completion_tokens?: number; total_tokens?: number } | null;
  error: unknown;
};

const finishReasons: Record<string, FinishReason> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'content_filter',
};

/** Refused by some compatible servers, or by models that reason. */
const optionalFields = ['stream_options', 'temperature', 'top_p', 'seed'];

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** OpenAI's Chat Completions, as OpenAI, LM Studio and the many compatible servers speak them. */
export function createOpenAiProvider(settings: ProviderSettings, httpSettings: HttpSettings): LlmProvider {
  const lmStudio = settings.kind === 'lmstudio';
  const prefix = lmStudio ? rootPath(settings.baseUrl) : openAiPath(settings.baseUrl);
  const api = lmStudio ? '/v1' : '';
  const headers: Record<string, string> = settings.apiKey ? { authorization: `Bearer ${settings.apiKey}` } : {};
  const http = createProviderHttp({ settings, prefix, headers }, httpSettings);
  const { speaker } = http;

  /** OpenAI's own models have replaced `max_tokens`, which is all that older compatible servers know. */
  const limitField = settings.kind === 'openai' ? 'max_completion_tokens' : 'max_tokens';

  const body = ({ model, messages, options }: LlmRequest) => ({
    model,
    messages: messages.map(({ role, content }) => ({ role, content })),
    stream: true,
    stream_options: { include_usage: true },
    temperature: options?.temperature,
    top_p: options?.top_p,
    [limitField]: options?.max_tokens,
    stop: options?.stop,
    seed: options?.seed,
  });

  async function* stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmEvent> {
    const call = { signal, model: request.model, optional: optionalFields };
    const answer = await http.openStream(`${api}/chat/completions`, body(request), call);
    let finish: FinishReason | undefined;
    let usage: Chunk['usage'] | undefined;
    reading: for await (const batch of readSse(answer, speaker)) {
      for (const { data } of batch) {
        if (data === '[DONE]') {
          finish ??= 'stop';
          answer.complete();
          break reading;
        }
        const chunk = parseEvent<Chunk>(data, speaker);
        if (chunk.error) throw inStreamError(chunk.error);
        usage = chunk.usage ?? usage;
        const choice = Array.isArray(chunk.choices) ? chunk.choices[0] : undefined;
        const delta = choice?.delta ?? choice?.message;
        const reasoning = delta?.reasoning_content ?? delta?.reasoning;
        if (isText(reasoning)) yield { type: 'reasoning', text: reasoning };
        if (isText(delta?.content)) yield { type: 'text', text: delta.content };
        if (isText(choice?.finish_reason)) finish = finishReasons[choice.finish_reason] ?? 'other';
      }
    }
    if (!finish) throw cutOff(speaker);
    if (usage)
      yield { type: 'usage', usage: tokenUsage(usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) };
    yield { type: 'finish', reason: finish };
  }

  function inStreamError(error: unknown) {
    const code = (error as { code?: unknown }).code;
    const status = typeof code === 'number' && code >= 400 && code < 600 ? code : 500;
    return refused(speaker, { status, body: { error } });
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
  return { id, kind, name, grounded: false, listModels, stream, close: () => http.close() };
}
