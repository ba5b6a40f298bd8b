import {
  argumentPieces,
  base64Bytes,
  basicRefusal,
  callId,
  contentText,
  partsOf,
  rawMessages,
  sse,
  type Body,
  type Frame,
  type Protocol,
  type RawMessage,
} from './protocol.ts';
import type { Answer, ChatMessage, SeenImage } from './script.ts';

const base = { id: 'chatcmpl-fake', created: 1_760_000_000, system_fingerprint: 'fp_fake' };

const usageOf = (usage: NonNullable<Answer['usage']>) => ({
  prompt_tokens: usage.prompt,
  completion_tokens: usage.completion,
  total_tokens: usage.prompt + usage.completion,
  ...(usage.cached !== undefined && { prompt_tokens_details: { cached_tokens: usage.cached, audio_tokens: 0 } }),
  ...(usage.reasoning !== undefined && { completion_tokens_details: { reasoning_tokens: usage.reasoning } }),
});

function* frames(answer: Answer, body: Body): Iterable<Frame> {
  const withUsage = (body['stream_options'] as { include_usage?: boolean } | undefined)?.include_usage === true;
  const chunk = (delta: unknown, finish: string | null = null): string =>
    sse({
      ...base,
      object: 'chat.completion.chunk',
      model: answer.model,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(withUsage && { usage: null }),
    });

  yield { kind: 'open', text: chunk({ role: 'assistant', content: '', refusal: null }) };
  for (const text of answer.reasoning) yield { kind: 'piece', text: chunk({ reasoning_content: text }) };
  for (const text of answer.text) yield { kind: 'piece', text: chunk({ content: text }) };
  for (const [index, toolCall] of answer.toolCalls.entries()) {
    const { name } = toolCall;
    for (const [at, part] of argumentPieces(toolCall).entries()) {
      const opening = at === 0 ? { id: callId('call', index), type: 'function' } : {};
      const call = { index, ...opening, function: { ...(at === 0 && { name }), arguments: part } };
      yield { kind: 'piece', text: chunk({ tool_calls: [call] }) };
    }
  }
  yield { kind: 'close', text: chunk({}, answer.finish) };
  if (withUsage && answer.usage) {
    const usage = usageOf(answer.usage);
    yield {
      kind: 'close',
      text: sse({ ...base, object: 'chat.completion.chunk', model: answer.model, choices: [], usage }),
    };
  }
  yield { kind: 'done', text: sse('[DONE]') };
}

const errorType = (status: number): string => {
  if (status === 401) return 'authentication_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
};
const errorCode = (status: number): string | null =>
  ({ 401: 'invalid_api_key', 404: 'model_not_found', 429: 'rate_limit_exceeded' })[status] ?? null;

const imageUrl = (part: Record<string, unknown>): string =>
  (part['image_url'] as { url?: string } | undefined)?.url ?? '';

/** A data URL's picture; the size of one that would have to be fetched is unknown. */
function image(url: string): SeenImage | undefined {
  if (/^https?:/.test(url)) return { type: 'image/url', bytes: 0 };
  const [, type = '', data] = /^data:(image\/(?:png|jpeg|webp|gif));base64,(.*)$/s.exec(url) ?? [];
  const bytes = base64Bytes(data);
  return bytes === undefined ? undefined : { type, bytes };
}

const imagesOf = ({ content }: RawMessage): string[] =>
  partsOf(content)
    .filter((part) => part['type'] === 'image_url')
    .map(imageUrl);

const callIds = (message: RawMessage | undefined): string[] =>
  Array.isArray(message?.['tool_calls'])
    ? (message['tool_calls'] as ({ id?: unknown } | null)[]).map((call) => String(call?.id))
    : [];

/** Each call has to be answered before anything else is said, and nothing answers a call that was not made. */
function toolRefusal(messages: readonly RawMessage[]): string | undefined {
  let open: string[] = [];
  for (const message of messages) {
    if (message.role === 'tool') {
      const id = String(message['tool_call_id']);
      if (!open.includes(id)) {
        return "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.";
      }
      open = open.filter((one) => one !== id);
    } else if (open.length > 0) break;
    else open = message.role === 'assistant' ? callIds(message) : [];
  }
  if (open.length === 0) return undefined;
  return `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${open.join(', ')}`;
}

/** What strict schemas have to be like. */
function isStrict(schema: unknown): boolean {
  const { type, properties = {}, required, additionalProperties, items } = (schema ?? {}) as Record<string, unknown>;
  if (type === 'array') return isStrict(items);
  if (type !== 'object') return true;
  const names = Object.keys(properties as object);
  return (
    additionalProperties === false &&
    Array.isArray(required) &&
    names.every((name) => required.includes(name)) &&
    Object.values(properties as object).every(isStrict)
  );
}

type Format = { type?: string; json_schema?: { name?: unknown; schema?: unknown; strict?: unknown } };
const formatOf = (body: Body): Format => (body['response_format'] ?? {}) as Format;

function formatRefusal(body: Body): string | undefined {
  const { type, json_schema } = formatOf(body);
  if (type === 'json_object' && !/json/i.test(JSON.stringify(body['messages']))) {
    return "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.";
  }
  if (type !== 'json_schema') return undefined;
  if (typeof json_schema?.name !== 'string') return "Missing required parameter: 'response_format.json_schema.name'.";
  if (json_schema.strict === true && !isStrict(json_schema.schema)) {
    return `Invalid schema for response_format '${json_schema.name}': In context=(), 'additionalProperties' is required to be supplied and to be false.`;
  }
  return undefined;
}

function refusal(body: Body): string | undefined {
  const messages = rawMessages(body);
  if (body['tool_choice'] !== undefined && body['tools'] === undefined) {
    return "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.";
  }
  if (body['parallel_tool_calls'] !== undefined && body['tools'] === undefined) {
    return "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are specified.";
  }
  for (const message of messages) {
    const urls = imagesOf(message);
    if (urls.length > 0 && message.role !== 'user') {
      return "Invalid 'messages'. Image URLs are only allowed for messages with role 'user'.";
    }
    if (urls.some((url) => !image(url))) return 'You uploaded an unsupported image.';
  }
  return basicRefusal(body) ?? toolRefusal(messages) ?? formatRefusal(body);
}

type Tool = { function?: { name?: unknown; parameters?: unknown } };

export const openai: Protocol = {
  streamType: 'text/event-stream; charset=utf-8',
  hasKey: (headers, key) => headers.authorization === `Bearer ${key}`,
  wantsStream: (body) => body['stream'] === true,
  read(body) {
    const choice = body['tool_choice'] as string | Tool | undefined;
    const { type, json_schema } = formatOf(body);
    return {
      messages: rawMessages(body).map((message): ChatMessage => ({
        role: String(message.role),
        content: contentText(message.content),
        images: imagesOf(message).flatMap((url) => image(url) ?? []),
      })),
      tools:
        choice === 'none'
          ? []
          : ((body['tools'] ?? []) as Tool[]).map(({ function: tool }) => ({
              name: String(tool?.name),
              parameters: tool?.parameters,
            })),
      forced: typeof choice === 'object' ? String(choice.function?.name) : choice === 'required',
      parallel: body['parallel_tool_calls'] !== false,
      schema: type === 'json_schema' ? json_schema?.schema : type === 'json_object' ? {} : undefined,
    };
  },
  refusal,
  frames,
  whole: (answer) => ({
    ...base,
    object: 'chat.completion',
    model: answer.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: answer.text.join('') || null,
          refusal: null,
          ...(answer.reasoning.length > 0 && { reasoning_content: answer.reasoning.join('') }),
          ...(answer.toolCalls.length > 0 && {
            tool_calls: answer.toolCalls.map((call, index) => ({
              id: callId('call', index),
              type: 'function',
              function: { name: call.name, arguments: JSON.stringify(call.arguments) },
            })),
          }),
        },
        logprobs: null,
        finish_reason: answer.finish,
      },
    ],
    ...(answer.usage && { usage: usageOf(answer.usage) }),
  }),
  error: (status, message) => ({ error: { message, type: errorType(status), param: null, code: errorCode(status) } }),
  errorFrame: (message) => sse({ error: { message, type: 'server_error', param: null, code: null } }),
  malformedFrame: 'data: {"choices":[{"delta":{"content":"bro\n\n',
  keepAlive: ': still here\n\n',
  hugeLineStart: 'data: {"choices":[{"index":0,"delta":{"content":"',
};
