import type { FinishReason, LlmEvent, LlmProvider, LlmRequest, ModelInfo } from '../driver.ts';
import { cutOff, nonsense, refused } from '../errors.ts';
import { createProviderHttp, type HttpSettings, type ProviderSettings } from '../http.ts';
import { rootPath, positive, tokenUsage } from '../protocol.ts';
import { parseEvent, readSse } from '../sse.ts';

type Usage = {
  input_tokens?: number;
  cache_creation_input_tokens?: number;
  cache_read_input_tokens?: number;
  output_tokens?: number;
};
type Event = {
  type: string;
  message: { usage?: Usage };
  content_block: { text?: unknown; thinking?: unknown };
  delta: { type?: string; text?: unknown; thinking?: unknown; stop_reason?: string | null };
  usage: Usage;
  error: { type?: string; message?: string };
};

const stopReasons: Record<string, FinishReason> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

/** HTTP statuses of the error types that come inside a stream, after a 200. */
const errorStatuses: Record<string, number> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  rate_limit_error: 429,
  overloaded_error: 529,
};

/** The protocol wants a limit with each request; these are within what the models of each generation may write. */
const defaultLimit = (model: string): number => {
  if (/claude-(?:opus|sonnet|haiku|fable|mythos)/.test(model)) return 16_384;
  return /claude-3-[57]/.test(model) ? 8_192 : 4_096;
};

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The dialogue as the protocol takes it: the system text apart, no empty messages, a user's message first. */
function dialogue(messages: LlmRequest['messages']) {
  const said = messages.filter(({ role, content }) => role !== 'system' && content.trim() !== '');
  const firstUser = said.findIndex(({ role }) => role === 'user');
  return {
    system: messages.find(({ role, content }) => role === 'system' && content.trim() !== '')?.content,
    messages: said.slice(Math.max(firstUser, 0)).map(({ role, content }) => ({ role, content })),
  };
}

/** Anthropic's Messages API, version 2023-06-01: the one that compatible servers know and that still takes sampling options. */
export function createAnthropicProvider(settings: ProviderSettings, httpSettings: HttpSettings): LlmProvider {
  const key = settings.apiKey ? { 'x-api-key': settings.apiKey } : {};
  const http = createProviderHttp(
    { settings, prefix: rootPath(settings.baseUrl), headers: { 'anthropic-version': '2023-06-01', ...key } },
    httpSettings,
  );
  const { speaker } = http;

  function body({ model, messages, options }: LlmRequest) {
    const { temperature, top_p, max_tokens } = options ?? {};
    // Whitespace alone is refused as a stop sequence.
    const stop = options?.stop?.filter((text) => text.trim() !== '');
    return {
      model,
      ...dialogue(messages),
      max_tokens: max_tokens ?? defaultLimit(model),
      stream: true,
      // The range ends at 1 here, and newer models take one of the two.
      temperature: temperature === undefined ? undefined : Math.min(temperature, 1),
      top_p: temperature === undefined ? top_p : undefined,
      stop_sequences: stop?.length ? stop : undefined,
    };
  }

  async function* stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmEvent> {
    const call = { signal, model: request.model, optional: ['temperature', 'top_p'] };
    const answer = await http.openStream('/v1/messages', body(request), call);
    let usage: Usage | undefined;
    let finish: FinishReason | undefined;
    reading: for await (const batch of readSse(answer, speaker)) {
      for (const { data } of batch) {
        const event = parseEvent<Event>(data, speaker);
        switch (event.type) {
          case 'message_start':
            usage = event.message?.usage;
            break;
          case 'content_block_start':
          case 'content_block_delta': {
            const part = event.delta ?? event.content_block;
            if (isText(part?.thinking)) yield { type: 'reasoning', text: part.thinking };
            if (isText(part?.text)) yield { type: 'text', text: part.text };
            break;
          }
          case 'message_delta':
            if (event.usage) usage = { ...usage, ...event.usage };
            if (isText(event.delta?.stop_reason)) finish = stopReasons[event.delta.stop_reason] ?? 'other';
            break;
          case 'message_stop':
            finish ??= 'stop';
            answer.complete();
            break reading;
          case 'error':
            throw refused(speaker, { status: errorStatuses[event.error?.type ?? ''] ?? 500, body: event });
          // Pings, ends of blocks, and whatever the protocol gets next.
          default:
        }
      }
    }
    if (!finish) throw cutOff(speaker);
    if (usage) {
      const { input_tokens = 0, cache_creation_input_tokens, cache_read_input_tokens, output_tokens } = usage;
      const prompt = input_tokens + (cache_creation_input_tokens ?? 0) + (cache_read_input_tokens ?? 0);
      yield { type: 'usage', usage: tokenUsage(prompt, output_tokens) };
    }
    yield { type: 'finish', reason: finish };
  }

  async function listModels(signal: AbortSignal): Promise<ModelInfo[]> {
    const reply = (await http.getJson('/v1/models?limit=1000', { signal })) as { data?: unknown } | null;
    if (!Array.isArray(reply?.data)) throw nonsense(speaker, 'Its list of models has another form.');
    return (reply.data as (Record<string, unknown> | null)[]).flatMap((listed) => {
      const context = positive(listed?.['max_input_tokens']);
      const name = listed?.['id'];
      if (!isText(name)) return [];
      const image = (listed?.['capabilities'] as { image_input?: { supported?: unknown } } | null | undefined)
        ?.image_input;
      return [
        {
          name,
          kind: 'chat' as const,
          tools: true,
          ...(context && { context_length: context }),
          ...(image && { vision: image.supported === true }),
        },
      ];
    });
  }

  const { id, kind, name } = settings;
  return { id, kind, name, grounded: false, listModels, stream, close: () => http.close() };
}
