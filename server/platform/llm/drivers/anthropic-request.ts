import type { LlmMessage, LlmRequest, ReasoningEffort, ToolChoice } from '../driver.ts';
import { partsOf, textOf } from '../messages.ts';
import { parsedArguments } from '../tool-calls.ts';

type Block = Record<string, unknown>;
type Turn = { role: 'user' | 'assistant'; content: string | Block[] };

/** Refused by some models; an answer without them is still one. A schema is not given up. */
export const optionalFields = ({ responseFormat }: LlmRequest): string[] => [
  'temperature',
  'top_p',
  'thinking',
  ...(responseFormat?.type === 'json_schema' ? [] : ['output_config']),
];

/** The protocol wants a limit with each request; these are within what the models of each generation may write. */
const defaultLimit = (model: string): number => {
  if (/claude-(?:opus|sonnet|haiku|fable|mythos)/.test(model)) return 16_384;
  return /claude-3-[57]/.test(model) ? 8_192 : 4_096;
};

/** Models that think within a budget which the request gives; later ones decide themselves and take an effort. */
const takesBudget = (model: string): boolean =>
  /claude-3-7|claude-haiku-4-5|claude-(?:opus|sonnet)-4(?:-[015](?:-|$)|-20\d{6}|@|$)/.test(model);
const budgets: Record<Exclude<ReasoningEffort, 'none'>, number> = { low: 2_048, medium: 8_192, high: 16_384 };
const neverThinks = /claude-3-(?!7)/;
/** The least that is taken. */
const LEAST_BUDGET = 1_024;

const isEmpty = (message: LlmMessage): boolean =>
  message.role !== 'tool' &&
  !(message.role === 'assistant' && message.toolCalls?.length) &&
  partsOf(message).every((part) => part.type === 'text' && part.text.trim() === '');

/** A text alone stays a string, as in every example of the protocol. */
function userContent(message: LlmMessage): string | Block[] {
  const parts = partsOf(message).filter((part) => part.type === 'image' || part.text.trim() !== '');
  if (parts.every((part) => part.type === 'text')) return textOf(message);
  return parts.map((part) =>
    part.type === 'text'
      ? { type: 'text', text: part.text }
      : { type: 'image', source: { type: 'base64', media_type: part.mediaType, data: part.data } },
  );
}

const asBlocks = (content: string | Block[]): Block[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content;

function assistantContent({ content, toolCalls = [], reasoning }: Extract<LlmMessage, { role: 'assistant' }>) {
  if (toolCalls.length === 0) return content;
  return [
    // Wanted back unchanged beside the results of the calls, and of no use elsewhere.
    ...(reasoning?.signature ? [{ type: 'thinking', thinking: reasoning.text, signature: reasoning.signature }] : []),
    ...(content.trim() ? [{ type: 'text', text: content }] : []),
    ...toolCalls.map((call) => ({ type: 'tool_use', id: call.id, name: call.name, input: parsedArguments(call) })),
  ];
}

/** The dialogue as the protocol takes it: the system text apart, no empty messages, a user's message first, results together. */
function dialogue(messages: LlmRequest['messages']) {
  const said = messages.filter((message) => message.role !== 'system' && !isEmpty(message));
  const firstUser = said.findIndex(({ role }) => role === 'user');
  const turns: Turn[] = [];
  let results: Block[] | undefined;
  for (const message of said.slice(Math.max(firstUser, 0))) {
    if (message.role === 'tool') {
      if (!results) turns.push({ role: 'user', content: (results = []) });
      results.push({
        type: 'tool_result',
        tool_use_id: message.toolCallId,
        ...(message.content && { content: message.content }),
        ...(message.isError && { is_error: true }),
      });
    } else if (message.role === 'assistant') {
      results = undefined;
      turns.push({ role: 'assistant', content: assistantContent(message) });
    } else if (results) {
      // All results of a turn stand in the one message that follows it, before anything else.
      results.push(...asBlocks(userContent(message)));
    } else turns.push({ role: 'user', content: userContent(message) });
  }
  return turns;
}

function thinkingFor(request: LlmRequest, limit: number) {
  const { reasoningEffort: effort, toolChoice, messages, model } = request;
  if (!effort || neverThinks.test(model)) return {};
  const forced = toolChoice === 'required' || typeof toolChoice === 'object';
  // In the middle of a round of tool calls thinking goes on only from thoughts that are signed. What is said right after the
  // results stands in one turn with them.
  const results = messages.findLastIndex(({ role }) => role === 'tool');
  const inRound = results >= 0 && messages.slice(results).every(({ role }) => role !== 'assistant');
  const round = messages.findLast(({ role }) => role === 'assistant' || (role === 'user' && !inRound));
  const unsigned = round?.role === 'assistant' && !round.reasoning?.signature;
  if (effort === 'none') return { thinking: { type: 'disabled' } };
  if (forced || unsigned) return {};
  if (!takesBudget(model)) return { thinking: { type: 'adaptive', display: 'summarized' }, effort };
  const budget = Math.min(budgets[effort], limit - 1);
  return budget < LEAST_BUDGET ? {} : { thinking: { type: 'enabled', budget_tokens: budget } };
}

function toolChoice(choice: ToolChoice | undefined, parallel: boolean | undefined) {
  const single = parallel === false && choice !== 'none' ? { disable_parallel_tool_use: true } : undefined;
  if (choice === undefined && !single) return undefined;
  if (typeof choice === 'object') return { type: 'tool', name: choice.name, ...single };
  return { type: choice === 'required' ? 'any' : (choice ?? 'auto'), ...single };
}

/** The protocol takes only schemas whose objects say that they are closed. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, verbatim.has(key) ? value : closed(value)]);
  const open = (schema as { type?: unknown }).type === 'object';
  return { ...Object.fromEntries(entries), ...(open && { additionalProperties: false }) };
}
/** What stands under these is data. */
const verbatim = new Set(['enum', 'const', 'default', 'examples']);

const JSON_ALONE = 'Answer with one JSON object and nothing else: no words around it, no code fence.';

/** A request as `/v1/messages` takes it. Fields that are undefined do not go over the wire. */
export function messagesBody(request: LlmRequest) {
  const { model, messages, options, tools = [], responseFormat } = request;
  const limit = options?.max_tokens ?? defaultLimit(model);
  const { thinking, effort } = thinkingFor(request, limit);
  const thinks = thinking !== undefined && thinking.type !== 'disabled';
  const system = [
    ...messages.filter(({ role }) => role === 'system').map(textOf),
    // The protocol has schemas, but no mode that is just JSON.
    ...(responseFormat?.type === 'json' ? [JSON_ALONE] : []),
  ].filter((text) => text.trim() !== '');
  const format =
    responseFormat?.type === 'json_schema' ? { type: 'json_schema', schema: closed(responseFormat.schema) } : undefined;
  // Whitespace alone is refused as a stop sequence.
  const stop = options?.stop?.filter((text) => text.trim() !== '');
  return {
    model,
    system: system.length > 0 ? system.join('\n\n') : undefined,
    messages: dialogue(messages),
    max_tokens: limit,
    stream: true,
    // The range ends at 1 here, newer models take one of the two, and none takes them while it thinks.
    temperature: options?.temperature === undefined || thinks ? undefined : Math.min(options.temperature, 1),
    top_p: options?.temperature === undefined && !thinks ? options?.top_p : undefined,
    stop_sequences: stop?.length ? stop : undefined,
    thinking,
    tools:
      tools.length > 0
        ? tools.map(({ name, description, parameters, strict }) => ({
            name,
            description,
            input_schema: { type: 'object', ...parameters },
            strict,
          }))
        : undefined,
    tool_choice: tools.length > 0 ? toolChoice(request.toolChoice, request.parallelToolCalls) : undefined,
    output_config: format || effort ? { format, effort } : undefined,
  };
}
