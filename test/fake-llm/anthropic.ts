import { messagesRefusal, SIGNATURE } from './anthropic-rules.ts';
import {
  argumentPieces,
  base64Bytes,
  callId,
  contentText,
  partsOf,
  rawMessages,
  sse,
  type Frame,
  type Protocol,
  type RawMessage,
} from './protocol.ts';
import type { Answer, ChatMessage } from './script.ts';

const stopReasons = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
} as const;

const head = (answer: Answer) => ({ id: 'msg_fake', type: 'message', role: 'assistant', model: answer.model });
const inputUsage = ({ usage }: Answer) => ({
  input_tokens: (usage?.prompt ?? 0) - (usage?.cached ?? 0),
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: usage?.cached ?? 0,
});
const outputUsage = ({ usage }: Answer) => ({
  output_tokens: usage?.completion ?? 0,
  ...(usage?.reasoning !== undefined && { output_tokens_details: { thinking_tokens: usage.reasoning } }),
});
const event = (data: { type: string } & Record<string, unknown>): string => sse(data, data.type);

function* block(index: number, content_block: object, deltas: readonly object[]): Iterable<Frame> {
  yield { kind: 'open', text: event({ type: 'content_block_start', index, content_block }) };
  for (const delta of deltas) yield { kind: 'piece', text: event({ type: 'content_block_delta', index, delta }) };
  yield { kind: 'close', text: event({ type: 'content_block_stop', index }) };
}

function* frames(answer: Answer): Iterable<Frame> {
  const usage = { ...inputUsage(answer), output_tokens: 1 };
  const message = { ...head(answer), content: [], stop_reason: null, stop_sequence: null };
  yield {
    kind: 'open',
    text: event({ type: 'message_start', message: { ...message, ...(answer.usage && { usage }) } }),
  };
  yield { kind: 'open', text: event({ type: 'ping' }) };
  let index = 0;
  if (answer.reasoning.length > 0) {
    const deltas = answer.reasoning.map((thinking) => ({ type: 'thinking_delta', thinking }));
    const signature = { type: 'signature_delta', signature: SIGNATURE };
    yield* block(index++, { type: 'thinking', thinking: '', signature: '' }, [...deltas, signature]);
  }
  if (answer.text.length > 0) {
    const deltas = answer.text.map((text) => ({ type: 'text_delta', text }));
    yield* block(index++, { type: 'text', text: '' }, deltas);
  }
  for (const [at, call] of answer.toolCalls.entries()) {
    // A tool without arguments gets one empty piece.
    const pieces = Object.keys(call.arguments).length > 0 ? argumentPieces(call) : [''];
    const deltas = pieces.map((partial_json) => ({ type: 'input_json_delta', partial_json }));
    yield* block(index++, { type: 'tool_use', id: callId('toolu', at), name: call.name, input: {} }, deltas);
  }
  const delta = { stop_reason: stopReasons[answer.finish], stop_sequence: null };
  const output = answer.usage && { usage: outputUsage(answer) };
  yield { kind: 'close', text: event({ type: 'message_delta', delta, ...output }) };
  yield { kind: 'done', text: event({ type: 'message_stop' }) };
}

const errorType = (status: number): string =>
  ({
    401: 'authentication_error',
    403: 'permission_error',
    404: 'not_found_error',
    413: 'request_too_large',
    429: 'rate_limit_error',
    529: 'overloaded_error',
  })[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');

/** Results of tools are a role of their own elsewhere; what stands beside them is the person's. */
function asMessages(message: RawMessage): ChatMessage[] {
  const parts = partsOf(message.content);
  const results = parts
    .filter(({ type }) => type === 'tool_result')
    .map((part) => ({ role: 'tool', content: contentText(part['content']), images: [] }));
  const content = contentText(message.content);
  const images = parts
    .filter(({ type }) => type === 'image')
    .map(({ source }) => {
      const { media_type, data } = source as { media_type?: string; data?: unknown };
      return { type: media_type ?? 'image/url', bytes: base64Bytes(data) ?? 0 };
    });
  if (results.length > 0 && !content && images.length === 0) return results;
  return [...results, { role: String(message.role), content, images }];
}

type Choice = { type?: string; name?: string; disable_parallel_tool_use?: boolean };

export const anthropic: Protocol = {
  streamType: 'text/event-stream; charset=utf-8',
  // The documented header, and the one that newer official clients send.
  hasKey: (headers, key) => headers['x-api-key'] === key || headers.authorization === `Bearer ${key}`,
  wantsStream: (body) => body['stream'] === true,
  read(body) {
    const system = contentText(body['system']);
    const choice = (body['tool_choice'] ?? {}) as Choice;
    const tools = (body['tools'] ?? []) as { name?: unknown; input_schema?: unknown }[];
    return {
      messages: [
        ...(system ? [{ role: 'system', content: system, images: [] }] : []),
        ...rawMessages(body).flatMap(asMessages),
      ],
      tools:
        choice.type === 'none'
          ? []
          : tools.map(({ name, input_schema }) => ({ name: String(name), parameters: input_schema })),
      forced: choice.type === 'tool' ? String(choice.name) : choice.type === 'any',
      parallel: choice.disable_parallel_tool_use !== true,
      schema: (body['output_config'] as { format?: { schema?: unknown } } | undefined)?.format?.schema,
    };
  },
  refusal: messagesRefusal,
  frames,
  whole: (answer) => ({
    ...head(answer),
    content: [
      ...(answer.reasoning.length > 0
        ? [{ type: 'thinking', thinking: answer.reasoning.join(''), signature: SIGNATURE }]
        : []),
      ...(answer.text.length > 0 ? [{ type: 'text', text: answer.text.join('') }] : []),
      ...answer.toolCalls.map((call, at) => ({
        type: 'tool_use',
        id: callId('toolu', at),
        name: call.name,
        input: call.arguments,
      })),
    ],
    stop_reason: stopReasons[answer.finish],
    stop_sequence: null,
    usage: { ...inputUsage(answer), ...outputUsage(answer) },
  }),
  error: (status, message) => ({
    type: 'error',
    error: { type: errorType(status), message },
    request_id: 'req_fake',
  }),
  errorFrame: (message) => event({ type: 'error', error: { type: 'overloaded_error', message } }),
  malformedFrame: 'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"text":"bro\n\n',
  keepAlive: event({ type: 'ping' }),
  hugeLineStart:
    'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"type":"text_delta","text":"',
};

/** As `GET /v1/models` answers to an `anthropic-version` header. */
export const anthropicModels = (names: readonly string[]) => ({
  data: names.map((id) => ({
    type: 'model',
    id,
    display_name: id,
    created_at: '2026-01-01T00:00:00Z',
    max_input_tokens: 200_000,
    max_tokens: 64_000,
    capabilities: { image_input: { supported: true }, thinking: { supported: !/claude-3-(?!7)/.test(id) } },
  })),
  has_more: false,
  first_id: names[0] ?? null,
  last_id: names.at(-1) ?? null,
});
