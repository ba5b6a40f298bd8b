import { z } from 'zod';
import { readAs } from '../../http-kit/read-as.ts';
import { invalidField } from '../../lib/errors.ts';
import type {
  LlmMessage,
  LlmPart,
  LlmRequest,
  Reasoning,
  ReasoningEffort,
  ResponseFormat,
  ToolCall,
  ToolChoice,
} from '../../platform/llm/driver.ts';

export type ReadImage = (url: string, path: string) => Promise<Extract<LlmPart, { type: 'image' }>>;

/** What is looked at before it is known whether the request is passed on as it is. Unknown fields stay. */
export const messagesBody = z.looseObject({
  model: z.string().min(1).max(300),
  messages: z.array(z.unknown()).min(1),
  stream: z.boolean().nullish(),
});
export type MessagesBody = z.output<typeof messagesBody>;

const block = z.looseObject({ type: z.string() });
type Block = z.output<typeof block>;
const content = z.union([z.string(), z.array(block)]);
const wishes = z.looseObject({
  messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant', 'system']), content })).min(1),
  system: z.union([z.string(), z.array(z.looseObject({ text: z.string() }))]).nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  temperature: z.number().min(0).max(1).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  stop_sequences: z.array(z.string()).nullish(),
  tools: z
    .array(
      z.looseObject({
        type: z.literal('custom', 'Tools that run at Anthropic cannot be had with this model.').nullish(),
        name: z.string().min(1),
        description: z.string().nullish(),
        input_schema: z.record(z.string(), z.unknown()),
      }),
    )
    .nullish(),
  tool_choice: z
    .looseObject({
      type: z.enum(['auto', 'any', 'tool', 'none']),
      name: z.string().optional(),
      disable_parallel_tool_use: z.boolean().nullish(),
    })
    .nullish(),
  thinking: z.looseObject({ type: z.string(), budget_tokens: z.number().optional() }).nullish(),
  output_config: z
    .looseObject({
      effort: z.string().nullish(),
      format: z.looseObject({ type: z.string(), schema: z.record(z.string(), z.unknown()) }).nullish(),
    })
    .nullish(),
});
type Wishes = z.output<typeof wishes>;

/** A request of the Messages API, as every provider is asked. Throws VALIDATION_FAILED for what cannot be said to other models. */
export async function messagesRequest(body: unknown, image: ReadImage): Promise<Omit<LlmRequest, 'model'>> {
  const asked = readAs(wishes, body);
  const { temperature, top_p, max_tokens } = asked;
  const stop = asked.stop_sequences?.filter((text) => text !== '') ?? [];
  const toolChoice = choiceOf(asked.tool_choice);
  const responseFormat = formatOf(asked.output_config);
  const reasoningEffort = effortOf(asked);
  return {
    messages: await messagesOf(asked, image),
    options: {
      ...(typeof temperature === 'number' && { temperature }),
      ...(typeof top_p === 'number' && { top_p }),
      ...(typeof max_tokens === 'number' && { max_tokens }),
      ...(stop.length > 0 && { stop }),
    },
    ...(asked.tools?.length && {
      tools: asked.tools.map(({ name, description, input_schema }) => ({
        name,
        parameters: input_schema,
        ...(description && { description }),
      })),
    }),
    ...(toolChoice && { toolChoice }),
    ...(asked.tool_choice?.disable_parallel_tool_use && { parallelToolCalls: false }),
    ...(responseFormat && { responseFormat }),
    ...(reasoningEffort && { reasoningEffort }),
  };
}

function choiceOf(choice: Wishes['tool_choice']): ToolChoice | undefined {
  if (!choice) return undefined;
  if (choice.type === 'any') return 'required';
  if (choice.type !== 'tool') return choice.type;
  if (!choice.name) throw invalidField('tool_choice.name', 'Name the tool.');
  return { name: choice.name };
}

function formatOf(config: Wishes['output_config']): ResponseFormat | undefined {
  const schema = config?.format?.schema;
  return schema && { type: 'json_schema', name: 'answer', schema, strict: true };
}

/** Tokens for thought as a step of effort, about as the providers have them. */
const budgets: [number, ReasoningEffort][] = [
  [4_000, 'low'],
  [16_000, 'medium'],
];
const steps: Record<string, ReasoningEffort> = {
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
};

function effortOf({ thinking, output_config }: Wishes): ReasoningEffort | undefined {
  const step = steps[output_config?.effort ?? ''];
  if (thinking?.type === 'enabled') {
    const { budget_tokens = 0 } = thinking;
    return step ?? budgets.find(([most]) => budget_tokens <= most)?.[1] ?? 'high';
  }
  if (thinking?.type === 'adaptive') return step ?? 'medium';
  return thinking?.type === 'disabled' ? 'none' : step;
}

async function messagesOf({ system, messages: said }: Wishes, image: ReadImage): Promise<LlmMessage[]> {
  const rules = typeof system === 'string' ? [system] : (system ?? []).map(({ text }) => text);
  const messages: LlmMessage[] = [];
  for (const [at, one] of said.entries()) {
    const path = `messages.${at}.content`;
    const blocks: Block[] = typeof one.content === 'string' ? [{ type: 'text', text: one.content }] : one.content;
    if (one.role === 'assistant') messages.push(assistantMessage(blocks, path));
    else if (one.role === 'system') rules.push(blocks.map((part, n) => textOf(part, `${path}.${n}`)).join(''));
    else messages.push(...(await userMessages(blocks, path, image)));
  }
  const first = rules.filter((rule) => rule !== '').join('\n\n');
  return first ? [{ role: 'system', content: first }, ...messages] : messages;
}

function assistantMessage(blocks: readonly Block[], path: string): LlmMessage {
  const toolCalls: ToolCall[] = [];
  let text = '';
  let reasoning: Reasoning | undefined;
  for (const [at, part] of blocks.entries()) {
    if (part.type === 'tool_use') {
      const { id, name, input } = readAs(toolUse, part, [path, at]);
      toolCalls.push({ id, name, arguments: JSON.stringify(input) });
    } else if (part.type === 'thinking') {
      const { thinking, signature } = readAs(thought, part, [path, at]);
      reasoning = { text: thinking, ...(signature && { signature }) };
    } else if (part.type !== 'redacted_thinking') text += textOf(part, `${path}.${at}`);
  }
  return {
    role: 'assistant',
    content: text,
    ...(toolCalls.length > 0 && { toolCalls }),
    ...(reasoning && { reasoning }),
  };
}

const toolUse = z.looseObject({ id: z.string().min(1), name: z.string().min(1), input: z.unknown() });
const thought = z.looseObject({ thinking: z.string(), signature: z.string().nullish() });
const toolResult = z.looseObject({
  tool_use_id: z.string().min(1),
  content: content.nullish(),
  is_error: z.boolean().nullish(),
});
const pictured = z.looseObject({
  source: z.discriminatedUnion('type', [
    z.looseObject({ type: z.literal('base64'), media_type: z.string(), data: z.string() }),
    z.looseObject({ type: z.literal('url'), url: z.string() }),
  ]),
});
const paper = z.looseObject({ source: z.looseObject({ type: z.literal('text'), data: z.string() }) });

/** The results of calls, each a message, and then what the person says and shows. Elsewhere results are text alone: their images follow. */
async function userMessages(blocks: readonly Block[], path: string, image: ReadImage): Promise<LlmMessage[]> {
  const results: LlmMessage[] = [];
  const parts: LlmPart[] = [];
  for (const [at, part] of blocks.entries()) {
    const here = `${path}.${at}`;
    if (part.type === 'tool_result') {
      const { tool_use_id, content: said, is_error } = readAs(toolResult, part, [path, at]);
      const inside: Block[] = typeof said === 'string' ? [{ type: 'text', text: said }] : (said ?? []);
      const texts: string[] = [];
      for (const [n, one] of inside.entries()) {
        if (one.type === 'image') parts.push(await imageOf(one, `${here}.content.${n}`, image));
        else texts.push(textOf(one, `${here}.content.${n}`));
      }
      const isError = is_error === true && { isError: true };
      results.push({ role: 'tool', toolCallId: tool_use_id, content: texts.join('\n'), ...isError });
    } else if (part.type === 'image') parts.push(await imageOf(part, here, image));
    else if (part.type === 'document') parts.push({ type: 'text', text: readAs(paper, part, [here]).source.data });
    else parts.push({ type: 'text', text: textOf(part, here) });
  }
  const plain = parts.every((part) => part.type === 'text');
  if (parts.length > 0)
    results.push({
      role: 'user',
      content: plain ? parts.map((part) => (part.type === 'text' ? part.text : '')).join('\n\n') : parts,
    });
  return results;
}

function imageOf(part: Block, path: string, image: ReadImage): ReturnType<ReadImage> {
  const { source } = readAs(pictured, part, [path]);
  const url = source.type === 'url' ? source.url : `data:${source.media_type};base64,${source.data}`;
  return image(url, `${path}.source`);
}

function textOf(part: Block, path: string): string {
  const { type, text } = part as { type: string; text?: unknown };
  if (type === 'text' && typeof text === 'string') return text;
  throw invalidField(path, `A block of the type “${type.slice(0, 40)}” cannot be shown to this model.`);
}
