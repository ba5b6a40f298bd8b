import { thinks } from './ollama-models.ts';
import {
  base64Bytes,
  basicRefusal,
  callId,
  contentText,
  rawMessages,
  type Body,
  type Frame,
  type Protocol,
} from './protocol.ts';
import type { Answer, ChatMessage } from './script.ts';

const created_at = '2026-01-01T00:00:00.000000Z';

const doneReason = (finish: Answer['finish']): string => (finish === 'length' ? 'length' : 'stop');
const figures = (answer: Answer) => ({
  done_reason: doneReason(answer.finish),
  done: true,
  total_duration: 5_000_000,
  load_duration: 1_000_000,
  ...(answer.usage && { prompt_eval_count: answer.usage.prompt }),
  prompt_eval_duration: 1_000_000,
  ...(answer.usage && { eval_count: answer.usage.completion }),
  eval_duration: 3_000_000,
});
const toolCalls = (answer: Answer) =>
  answer.toolCalls.map((call, index) => ({
    id: callId('call', index),
    function: { index, name: call.name, arguments: call.arguments },
  }));

/** `/api/generate` has `response` where `/api/chat` has a message. */
const isGenerate = (body: Body): boolean => body['messages'] === undefined;

const say = (body: Body, message: { content?: string; thinking?: string; tool_calls?: unknown }): object =>
  isGenerate(body)
    ? { response: message.content ?? '', ...(message.thinking && { thinking: message.thinking }) }
    : { message: { role: 'assistant', content: '', ...message } };

function* frames(answer: Answer, body: Body): Iterable<Frame> {
  const line = (said: object, more: object): string =>
    `${JSON.stringify({ model: answer.model, created_at, ...said, ...more })}\n`;
  for (const thinking of answer.reasoning)
    yield { kind: 'piece', text: line(say(body, { thinking }), { done: false }) };
  for (const content of answer.text) yield { kind: 'piece', text: line(say(body, { content }), { done: false }) };
  // Calls come whole, each in a line.
  for (const call of toolCalls(answer)) {
    yield { kind: 'piece', text: line(say(body, { tool_calls: [call] }), { done: false }) };
  }
  yield { kind: 'close', text: line(say(body, {}), figures(answer)) };
}

/** Pictures are base64 alone, without a type. */
function images(list: unknown): ChatMessage['images'] {
  return Array.isArray(list)
    ? list.map((data: unknown) => ({ type: 'image', bytes: base64Bytes(data) ?? Number.NaN }))
    : [];
}

function refusal(body: Body): string | undefined {
  const model = String(body['model']);
  if (isGenerate(body)) return model ? undefined : 'model is required';
  const think = body['think'];
  if (think !== undefined && think !== false && !thinks(model)) return `"${model}" does not support thinking`;
  if (Array.isArray(body['tools']) && /embed/.test(model)) return `"${model}" does not support tools`;
  for (const message of rawMessages(body)) {
    if (typeof message.content !== 'string') {
      return 'json: cannot unmarshal array into Go struct field ChatRequest.messages.content of type string';
    }
    if (images(message['images']).some(({ bytes }) => Number.isNaN(bytes))) {
      return 'illegal base64 data at input byte 4';
    }
    for (const call of (message['tool_calls'] ?? []) as { function?: { arguments?: unknown } }[]) {
      if (typeof call.function?.arguments !== 'object') {
        return 'json: cannot unmarshal string into Go struct field ChatRequest.messages.tool_calls.function.arguments';
      }
    }
  }
  return basicRefusal(body);
}

type Tool = { function?: { name?: unknown; parameters?: unknown } };

export const ollama: Protocol = {
  streamType: 'application/x-ndjson',
  hasKey: (headers, key) => headers.authorization === `Bearer ${key}`,
  wantsStream: (body) => body['stream'] !== false,
  read: (body) => ({
    messages: isGenerate(body)
      ? [
          ...(body['system'] ? [{ role: 'system', content: contentText(body['system']), images: [] }] : []),
          { role: 'user', content: contentText(body['prompt']), images: images(body['images']) },
        ]
      : rawMessages(body).map((message) => ({
          role: String(message.role),
          content: contentText(message.content),
          images: images(message['images']),
        })),
    tools: ((body['tools'] ?? []) as Tool[]).map(({ function: tool }) => ({
      name: String(tool?.name),
      parameters: tool?.parameters,
    })),
    forced: false,
    parallel: true,
    schema: body['format'] === 'json' ? {} : body['format'],
  }),
  refusal,
  frames,
  whole: (answer, body) => ({
    model: answer.model,
    created_at,
    ...say(body, {
      content: answer.text.join(''),
      ...(answer.reasoning.length > 0 && { thinking: answer.reasoning.join('') }),
      ...(answer.toolCalls.length > 0 && { tool_calls: toolCalls(answer) }),
    }),
    ...figures(answer),
  }),
  error: (_status, message) => ({ error: message }),
  errorFrame: (message) => `${JSON.stringify({ error: message })}\n`,
  malformedFrame: '{"message":{"role":"assistant","content":"bro\n',
  keepAlive: '\n',
  hugeLineStart: '{"message":{"role":"assistant","content":"',
};
