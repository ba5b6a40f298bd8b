import { argumentPieces, basicRefusal, contentText, readMessages, sse, type Frame, type Protocol } from './protocol.ts';
import type { Answer } from './script.ts';

const stopReasons = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
} as const;

const head = (answer: Answer) => ({ id: 'msg_fake', type: 'message', role: 'assistant', model: answer.model });
const inputUsage = (answer: Answer) => ({
  input_tokens: answer.usage?.prompt ?? 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
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
    const signature = { type: 'signature_delta', signature: 'ZmFrZQ==' };
    yield* block(index++, { type: 'thinking', thinking: '', signature: '' }, [...deltas, signature]);
  }
  if (answer.text.length > 0) {
    const deltas = answer.text.map((text) => ({ type: 'text_delta', text }));
    yield* block(index++, { type: 'text', text: '' }, deltas);
  }
  if (answer.toolCall) {
    const deltas = argumentPieces(answer.toolCall).map((partial_json) => ({ type: 'input_json_delta', partial_json }));
    yield* block(index++, { type: 'tool_use', id: 'toolu_fake', name: answer.toolCall.name, input: {} }, deltas);
  }
  const delta = { stop_reason: stopReasons[answer.finish], stop_sequence: null };
  const output = answer.usage && { usage: { output_tokens: answer.usage.completion } };
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

export const anthropic: Protocol = {
  streamType: 'text/event-stream; charset=utf-8',
  // The documented header, and the one that newer official clients send.
  hasKey: (headers, key) => headers['x-api-key'] === key || headers.authorization === `Bearer ${key}`,
  wantsStream: (body) => body['stream'] === true,
  messages: (body) => {
    const system = contentText(body['system']);
    return [...(system ? [{ role: 'system', content: system }] : []), ...readMessages(body)];
  },
  refusal: (body, headers) => {
    const sampling = ['temperature', 'top_p', 'top_k'].find((name) => body[name] !== undefined);
    if (sampling && headers['anthropic-version'] !== '2023-06-01') return `${sampling}: Extra inputs are not permitted`;
    if (typeof body['max_tokens'] !== 'number') return 'max_tokens: Field required';
    const messages = readMessages(body);
    if (messages.some((message) => message.role !== 'user' && message.role !== 'assistant')) {
      return 'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter.';
    }
    if (messages.some((message) => message.content === '')) return 'messages: text content blocks must be non-empty';
    if (messages[0] && messages[0].role !== 'user') return 'messages: first message must use the "user" role';
    return basicRefusal(body);
  },
  frames,
  whole: (answer) => ({
    ...head(answer),
    content: [
      ...(answer.reasoning.length > 0
        ? [{ type: 'thinking', thinking: answer.reasoning.join(''), signature: 'ZmFrZQ==' }]
        : []),
      ...(answer.text.length > 0 ? [{ type: 'text', text: answer.text.join('') }] : []),
      ...(answer.toolCall
        ? [{ type: 'tool_use', id: 'toolu_fake', name: answer.toolCall.name, input: answer.toolCall.arguments }]
        : []),
    ],
    stop_reason: stopReasons[answer.finish],
    stop_sequence: null,
    usage: { ...inputUsage(answer), output_tokens: answer.usage?.completion ?? 0 },
  }),
  error: (status, message) => ({
    type: 'error',
    error: { type: errorType(status), message },
    request_id: 'req_fake',
  }),
  errorFrame: (message) => event({ type: 'error', error: { type: 'overloaded_error', message } }),
  malformedFrame: 'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"text":"bro\n\n',
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
  })),
  has_more: false,
  first_id: names[0] ?? null,
  last_id: names.at(-1) ?? null,
});
