import type { IncomingHttpHeaders } from 'node:http';
import {
  base64Bytes,
  basicRefusal,
  contentText,
  partsOf,
  rawMessages,
  type Body,
  type RawMessage,
} from './protocol.ts';

/** What the fake signs its thoughts with, and wants back. */
export const SIGNATURE = 'ZmFrZQ==';

type Thinking = { type?: string; budget_tokens?: number };
const imageTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];

const ofType = (message: RawMessage | undefined, type: string): Record<string, unknown>[] =>
  partsOf(message?.content).filter((part) => part['type'] === type);

/** Results stand in the message after their calls, all of them, and first. */
function toolRefusal(messages: readonly RawMessage[]): string | undefined {
  for (const [at, message] of messages.entries()) {
    const calls = ofType(message, 'tool_use').map(({ id }) => String(id));
    const results = ofType(messages[at + 1], 'tool_result').map((part) => String(part['tool_use_id']));
    const missing = calls.filter((id) => !results.includes(id));
    if (missing.length > 0) {
      return `messages.${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
    }
    const called = ofType(messages[at - 1], 'tool_use').map(({ id }) => String(id));
    const stray = ofType(message, 'tool_result').find((part) => !called.includes(String(part['tool_use_id'])));
    if (stray) {
      return `messages.${at}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${String(stray['tool_use_id'])}.`;
    }
  }
  return undefined;
}

function imageRefusal(messages: readonly RawMessage[]): string | undefined {
  for (const image of messages.flatMap((message) => ofType(message, 'image'))) {
    const { type, media_type, data } = (image['source'] ?? {}) as Record<string, unknown>;
    if (type === 'url') continue;
    if (!imageTypes.includes(String(media_type))) {
      return `messages.0.content.0.image.source.base64.media_type: Input should be ${imageTypes.join(', ')}`;
    }
    if (base64Bytes(data) === undefined)
      return 'messages.0.content.0.image.source.base64.data: Could not process image';
  }
  return undefined;
}

function thinkingRefusal(body: Body, messages: readonly RawMessage[]): string | undefined {
  const thinking = (body['thinking'] ?? { type: 'disabled' }) as Thinking;
  const forged = messages
    .flatMap((message) => ofType(message, 'thinking'))
    .some(({ signature }) => signature !== SIGNATURE);
  if (forged) return 'messages.1.content.0: Invalid `signature` in `thinking` block';
  if (thinking.type === 'disabled') return undefined;
  if (thinking.type === 'enabled') {
    const budget = thinking.budget_tokens ?? 0;
    if (budget < 1_024) return 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024';
    if (budget >= Number(body['max_tokens'])) return '`max_tokens` must be greater than `thinking.budget_tokens`.';
    const turn = messages.findLast(({ role }) => role === 'assistant');
    const first = partsOf(turn?.content)[0]?.['type'];
    if (ofType(turn, 'tool_use').length > 0 && first !== 'thinking') {
      return `messages.1.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${String(first)}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`;
    }
  }
  if (body['temperature'] !== undefined && body['temperature'] !== 1) {
    return '`temperature` may only be set to 1 when thinking is enabled.';
  }
  const choice = (body['tool_choice'] as { type?: string } | undefined)?.type;
  if (choice === 'any' || choice === 'tool') return 'Thinking may not be enabled when tool_choice forces tool use.';
  return undefined;
}

/** Every object of a schema has to say that it is closed. */
function isClosed(schema: unknown): boolean {
  const { type, properties = {}, items, additionalProperties } = (schema ?? {}) as Record<string, unknown>;
  if (type === 'array') return isClosed(items);
  return type !== 'object' || (additionalProperties === false && Object.values(properties as object).every(isClosed));
}

function fieldRefusal(body: Body, headers: IncomingHttpHeaders): string | undefined {
  const sampling = ['temperature', 'top_p', 'top_k'].find((name) => body[name] !== undefined);
  if (sampling && headers['anthropic-version'] !== '2023-06-01') return `${sampling}: Extra inputs are not permitted`;
  const tools = body['tools'] as { input_schema?: { type?: unknown } }[] | undefined;
  if (tools?.some((tool) => tool.input_schema?.type !== 'object')) {
    return "tools.0.custom.input_schema.type: Input should be 'object'";
  }
  if (body['tool_choice'] !== undefined && !tools) return 'tool_choice may only be specified while providing tools';
  const format = (body['output_config'] as { format?: { schema?: unknown } } | undefined)?.format;
  if (format && !isClosed(format.schema)) {
    return "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false";
  }
  return undefined;
}

const hasParts = ({ content }: RawMessage): boolean => partsOf(content).some(({ type }) => type !== 'text');

/** Why the Messages API would not take this request. `counting`: it only has its tokens counted. */
export function messagesRefusal(body: Body, headers: IncomingHttpHeaders, counting = false): string | undefined {
  const messages = rawMessages(body);
  if (!counting && typeof body['max_tokens'] !== 'number') return 'max_tokens: Field required';
  if (messages.some((message) => message.role !== 'user' && message.role !== 'assistant')) {
    return 'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter.';
  }
  if (messages.some((message) => contentText(message.content) === '' && !hasParts(message))) {
    return 'messages: text content blocks must be non-empty';
  }
  if (messages[0] && messages[0].role !== 'user') return 'messages: first message must use the "user" role';
  return (
    basicRefusal(body) ??
    fieldRefusal(body, headers) ??
    imageRefusal(messages) ??
    toolRefusal(messages) ??
    thinkingRefusal(body, messages)
  );
}
