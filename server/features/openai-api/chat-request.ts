import { z } from 'zod';
import { readAs } from '../../http-kit/read-as.ts';
import { invalidField } from '../../lib/errors.ts';
import type {
  LlmMessage,
  LlmPart,
  LlmRequest,
  ReasoningEffort,
  ResponseFormat,
  ToolChoice,
} from '../../platform/llm/driver.ts';

/** The image that a part of a request names. */
export type ReadImage = (url: string, path: string) => Promise<Extract<LlmPart, { type: 'image' }>>;

/** What is looked at before it is known whether the request is passed on as it is. Unknown fields stay. */
export const chatBody = z.looseObject({
  model: z.string().min(1).max(300),
  messages: z.array(z.unknown()).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.literal(1, 'Only one choice is made here.').nullish(),
});
export type ChatBody = z.output<typeof chatBody>;

const part = z.looseObject({ type: z.string() });
const content = z.union([z.string(), z.array(part)]).nullish();
const message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content,
  tool_calls: z
    .array(
      z.looseObject({
        id: z.string().min(1),
        function: z.looseObject({ name: z.string().min(1), arguments: z.string() }),
      }),
    )
    .nullish(),
  tool_call_id: z.string().nullish(),
  reasoning_content: z.string().nullish(),
});
type Message = z.output<typeof message>;

export const effort = z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish();
const schemaObject = z.record(z.string(), z.unknown());
const wishes = z.looseObject({
  messages: z.array(message).min(1),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(8)]).nullish(),
  seed: z.number().int().nullish(),
  reasoning_effort: effort,
  parallel_tool_calls: z.boolean().nullish(),
  tools: z
    .array(
      z.looseObject({
        type: z.literal('function', 'Only tools of the type “function” can be translated for this model.'),
        function: z.looseObject({
          name: z.string().min(1),
          description: z.string().nullish(),
          parameters: schemaObject.nullish(),
          strict: z.boolean().nullish(),
        }),
      }),
    )
    .nullish(),
  tool_choice: z
    .union([z.enum(['auto', 'none', 'required']), z.looseObject({ function: z.looseObject({ name: z.string() }) })])
    .nullish(),
  response_format: z
    .discriminatedUnion('type', [
      z.looseObject({ type: z.literal('text') }),
      z.looseObject({ type: z.literal('json_object') }),
      z.looseObject({
        type: z.literal('json_schema'),
        json_schema: z.looseObject({ name: z.string(), schema: schemaObject.nullish(), strict: z.boolean().nullish() }),
      }),
    ])
    .nullish(),
});

/** OpenAI's steps as ours, which every provider has. */
export const effortOf = (said: z.output<typeof effort>): ReasoningEffort | undefined => {
  if (said === 'minimal') return 'low';
  if (said === 'xhigh' || said === 'max') return 'high';
  return said ?? undefined;
};

/** An object without the fields that were left out. */
export function given<T extends object>(fields: { [K in keyof T]?: T[K] | undefined | null }): Partial<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  ) as Partial<T>;
}

/** A chat request of OpenAI's, as every provider is asked. Throws VALIDATION_FAILED for what cannot be said to other models. */
export async function chatRequest(body: unknown, image: ReadImage): Promise<Omit<LlmRequest, 'model'>> {
  const asked = readAs(wishes, body);
  const { stop } = asked;
  return {
    messages: await messagesOf(asked.messages, image),
    options: given({
      temperature: asked.temperature,
      top_p: asked.top_p,
      max_tokens: asked.max_completion_tokens ?? asked.max_tokens,
      stop: typeof stop === 'string' ? [stop] : stop?.filter((text) => text !== ''),
      seed: asked.seed,
    }),
    ...(asked.tools?.length && {
      tools: asked.tools.map(({ function: { name, description, parameters, strict } }) => ({
        name,
        parameters: parameters ?? { type: 'object', properties: {} },
        ...given<{ description: string; strict: boolean }>({ description, strict }),
      })),
    }),
    ...given<LlmRequest>({
      toolChoice: choiceOf(asked.tool_choice),
      parallelToolCalls: asked.parallel_tool_calls,
      responseFormat: formatOf(asked.response_format),
      reasoningEffort: effortOf(asked.reasoning_effort),
    }),
  };
}

const choiceOf = (choice: z.output<typeof wishes>['tool_choice']): ToolChoice | undefined =>
  typeof choice === 'object' && choice !== null ? { name: choice.function.name } : (choice ?? undefined);

function formatOf(format: z.output<typeof wishes>['response_format']): ResponseFormat | undefined {
  if (!format || format.type === 'text') return undefined;
  if (format.type === 'json_object') return { type: 'json' };
  const { name, schema, strict } = format.json_schema;
  return { type: 'json_schema', name, schema: schema ?? {}, ...given<{ strict: boolean }>({ strict }) };
}

/** What systems and developers say comes first, in one message: some protocols have only one place for it. */
async function messagesOf(said: readonly Message[], image: ReadImage): Promise<LlmMessage[]> {
  const rules = said.flatMap((one, at) =>
    one.role === 'system' || one.role === 'developer' ? [textOf(one.content, `messages.${at}.content`)] : [],
  );
  const messages: LlmMessage[] = rules.length ? [{ role: 'system', content: rules.join('\n\n') }] : [];
  for (const [at, one] of said.entries()) {
    const path = `messages.${at}.content`;
    if (one.role === 'user') messages.push({ role: 'user', content: await partsOf(one.content, path, image) });
    else if (one.role === 'assistant') messages.push(assistantMessage(one, path));
    else if (one.role === 'tool') {
      if (!one.tool_call_id)
        throw invalidField(`messages.${at}.tool_call_id`, 'Name the call that this is the result of.');
      messages.push({ role: 'tool', toolCallId: one.tool_call_id, content: textOf(one.content, path) });
    }
  }
  return messages;
}

function assistantMessage({ content: said, tool_calls, reasoning_content }: Message, path: string): LlmMessage {
  return {
    role: 'assistant',
    content: textOf(said, path),
    ...(tool_calls?.length && {
      toolCalls: tool_calls.map(({ id, function: { name, arguments: text } }) => ({ id, name, arguments: text })),
    }),
    ...(reasoning_content && { reasoning: { text: reasoning_content } }),
  };
}

function textOf(said: Message['content'], path: string): string {
  if (typeof said === 'string') return said;
  return (said ?? []).map((one, at) => partText(one, `${path}.${at}`)).join('');
}

function partText(one: z.output<typeof part>, path: string): string {
  const { type, text, refusal } = one as { type: string; text?: unknown; refusal?: unknown };
  if (type === 'text' && typeof text === 'string') return text;
  if (type === 'refusal' && typeof refusal === 'string') return refusal;
  throw invalidField(path, `A part of the type “${type.slice(0, 40)}” cannot be shown to this model.`);
}

async function partsOf(said: Message['content'], path: string, image: ReadImage): Promise<string | LlmPart[]> {
  if (typeof said === 'string') return said;
  const parts: LlmPart[] = [];
  for (const [at, one] of (said ?? []).entries()) {
    if (one.type === 'image_url') {
      const { image_url } = readAs(z.looseObject({ image_url: z.looseObject({ url: z.string() }) }), one, [path, at]);
      parts.push(await image(image_url.url, `${path}.${at}.image_url.url`));
    } else parts.push({ type: 'text', text: partText(one, `${path}.${at}`) });
  }
  return parts;
}
