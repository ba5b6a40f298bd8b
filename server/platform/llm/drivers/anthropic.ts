import type { EventSourceMessage } from 'eventsource-parser';
import { answerEvents, tellAll } from '../answer-events.ts';
import type { FinishReason, LlmProvider, LlmRequest, LlmStream, ModelInfo, Tell } from '../driver.ts';
import { cutOff, nonsense, refused } from '../errors.ts';
import { createProviderHttp, type HttpSettings, type ProviderSettings, type ProviderStream } from '../http.ts';
import { isText, positive, rootPath, tokenUsage } from '../protocol.ts';
import { parseEvent, sseFraming } from '../sse.ts';
import { createToolCalls } from '../tool-calls.ts';
import { messagesBody, optionalFields } from './anthropic-request.ts';
import { knownModel } from './known-models.ts';

type Usage = {
  input_tokens?: number;
  cache_creation_input_tokens?: number | null;
  cache_read_input_tokens?: number | null;
  output_tokens?: number;
  output_tokens_details?: { thinking_tokens?: unknown } | null;
};
type Event = {
  type: string;
  index: number;
  message: { usage?: Usage };
  content_block: Part & { type?: string; id?: unknown; name?: unknown; input?: unknown };
  delta: Part & { type?: string; partial_json?: unknown; stop_reason?: string | null };
  usage: Usage;
  error: { type?: string; message?: string };
};
type Part = { text?: unknown; thinking?: unknown; signature?: unknown };

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

/** Newer models than these refuse an assistant's message at the end. */
const continues = (model: string): boolean => /^claude-(?:3|(?:opus|sonnet|haiku)-4(?!-[6-9](?:-|$)))/.test(model);

/** Anthropic's Messages API, version 2023-06-01: the one that compatible servers know and that still takes sampling options. */
export function createAnthropicProvider(settings: ProviderSettings, httpSettings: HttpSettings): LlmProvider {
  const key = settings.apiKey ? { 'x-api-key': settings.apiKey } : {};
  const http = createProviderHttp(
    { settings, prefix: rootPath(settings.baseUrl), headers: { 'anthropic-version': '2023-06-01', ...key } },
    httpSettings,
  );
  const { speaker } = http;

  function stream(request: LlmRequest, signal: AbortSignal): LlmStream {
    const call = { signal, model: request.model, optional: optionalFields(request) };
    const calls = createToolCalls();
    let answer: ProviderStream | undefined;
    let usage: Usage | undefined;
    let finish: FinishReason | undefined;

    return answerEvents<EventSourceMessage>({
      async open() {
        answer = await http.openStream('/v1/messages', messagesBody(request), call);
        return { pieces: answer.pieces, framing: sseFraming(answer.contentType, speaker) };
      },
      take({ data }, tell) {
        const event = parseEvent<Event>(data, speaker);
        switch (event.type) {
          case 'message_start':
            usage = event.message?.usage;
            break;
          case 'content_block_start':
            answer?.began();
            if (event.content_block) blockEvents(event.content_block, event.index, tell);
            break;
          case 'content_block_delta':
            if (event.delta) partEvents(event.delta, tell);
            if (isText(event.delta?.partial_json)) tellAll(calls.piece(event.index, event.delta.partial_json), tell);
            break;
          case 'message_delta':
            if (event.usage) usage = { ...usage, ...event.usage };
            if (isText(event.delta?.stop_reason)) finish = stopReasons[event.delta.stop_reason] ?? 'other';
            break;
          case 'message_stop':
            finish ??= 'stop';
            answer?.complete();
            return true;
          case 'error':
            throw refused(speaker, { status: errorStatuses[event.error?.type ?? ''] ?? 500, body: event });
          // Pings, ends of blocks, and whatever the protocol gets next.
          default:
        }
        return false;
      },
      end(tell) {
        if (!finish) throw cutOff(speaker);
        tellAll(calls.end(), tell);
        if (usage) tell({ type: 'usage', usage: figures(usage) });
        tell({ type: 'finish', reason: finish });
      },
    });

    function blockEvents(block: Event['content_block'], index: number | undefined, tell: Tell): void {
      if (block.type !== 'tool_use') return partEvents(block, tell);
      if (!isText(block.name)) throw nonsense(speaker, 'It called a tool without a name.');
      tellAll(calls.begin(index, { id: block.id, name: block.name }), tell);
      // The arguments follow in pieces, but compatible servers may have them here already.
      const known = typeof block.input === 'object' && block.input !== null && Object.keys(block.input).length > 0;
      if (known) tellAll(calls.piece(index, JSON.stringify(block.input)), tell);
    }
  }

  async function listModels(signal: AbortSignal): Promise<ModelInfo[]> {
    const reply = (await http.getJson('/v1/models?limit=1000', { signal })) as { data?: unknown } | null;
    if (!Array.isArray(reply?.data)) throw nonsense(speaker, 'Its list of models has another form.');
    return (reply.data as (Record<string, unknown> | null)[]).flatMap((listed) => {
      const name = listed?.['id'];
      return isText(name) ? [describe(name, listed ?? {})] : [];
    });
  }

  const { id, kind, name } = settings;
  return {
    id,
    kind,
    name,
    protocol: 'anthropic',
    grounded: false,
    continues,
    listModels,
    stream,
    forward: (call, signal) => http.forward(call, signal),
    close: () => http.close(),
  };
}

function partEvents(part: Part, tell: Tell): void {
  if (isText(part.thinking)) tell({ type: 'reasoning', text: part.thinking });
  if (isText(part.signature)) tell({ type: 'reasoning_signature', signature: part.signature });
  if (isText(part.text)) tell({ type: 'text', text: part.text });
}

/** What was written to the cache or read from it is not in `input_tokens`. */
function figures(usage: Usage) {
  const { input_tokens = 0, cache_creation_input_tokens, cache_read_input_tokens, output_tokens } = usage;
  const prompt = input_tokens + (cache_creation_input_tokens ?? 0) + (cache_read_input_tokens ?? 0);
  return tokenUsage(prompt, output_tokens, {
    cached: cache_read_input_tokens,
    reasoning: usage.output_tokens_details?.thinking_tokens,
  });
}

function describe(name: string, listed: Record<string, unknown>): ModelInfo {
  const context = positive(listed['max_input_tokens']);
  const can = (listed['capabilities'] ?? {}) as Record<string, { supported?: unknown } | null | undefined>;
  const said = (capability: string): boolean | undefined =>
    can[capability] ? can[capability].supported === true : undefined;
  const vision = said('image_input');
  const reasoning = said('thinking');
  return {
    name,
    kind: 'chat',
    ...knownModel(name),
    tools: true,
    ...(context && { context_length: context }),
    ...(vision !== undefined && { vision }),
    ...(reasoning !== undefined && { reasoning }),
  };
}
