import { z } from 'zod';
import { readAs } from '../../http-kit/read-as.ts';
import { invalidField } from '../../lib/errors.ts';
import type { LlmMessage, LlmPart, LlmRequest, ReasoningEffort, ResponseFormat } from '../../platform/llm/driver.ts';

export type ReadImage = (url: string, path: string) => Promise<Extract<LlmPart, { type: 'image' }>>;

const model = z.string().min(1).max(300);
/** What is looked at before it is known whether the request is passed on as it is. Unknown fields stay. */
export const chatBody = z.looseObject({
  model,
  messages: z.array(z.unknown()).default([]),
  stream: z.boolean().nullish(),
});
export const generateBody = z.looseObject({ model, prompt: z.string().nullish(), stream: z.boolean().nullish() });
export const embedBody = z.looseObject({
  model,
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2_048)]),
  dimensions: z.number().int().min(1).nullish(),
});
export const embeddingsBody = z.looseObject({ model, prompt: z.string().min(1) });
export const showBody = z.looseObject({ model: model.optional(), name: model.optional() });
export type ChatBody = z.output<typeof chatBody>;
export type GenerateBody = z.output<typeof generateBody>;

const common = z.looseObject({
  format: z.union([z.enum(['json', '']), z.record(z.string(), z.unknown())]).nullish(),
  think: z.union([z.boolean(), z.enum(['low', 'medium', 'high'])]).nullish(),
  options: z
    .looseObject({
      temperature: z.number().min(0).max(2).nullish(),
      top_p: z.number().min(0).max(1).nullish(),
      num_predict: z.number().int().nullish(),
      stop: z.union([z.string(), z.array(z.string())]).nullish(),
      seed: z.number().int().nullish(),
    })
    .nullish(),
});
type Common = z.output<typeof common>;

const images = z.array(z.string()).nullish();
const message = z.looseObject({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.string().nullish(),
  images,
  thinking: z.string().nullish(),
  tool_name: z.string().nullish(),
  tool_call_id: z.string().nullish(),
  tool_calls: z
    .array(
      z.looseObject({
        id: z.string().nullish(),
        function: z.looseObject({ name: z.string().min(1), arguments: z.record(z.string(), z.unknown()).nullish() }),
      }),
    )
    .nullish(),
});
type Message = z.output<typeof message>;

const chat = common.extend({
  messages: z.array(message).min(1),
  tools: z
    .array(
      z.looseObject({
        function: z.looseObject({
          name: z.string().min(1),
          description: z.string().nullish(),
          parameters: z.record(z.string(), z.unknown()).nullish(),
        }),
      }),
    )
    .nullish(),
});
const generate = common.extend({
  prompt: z.string().nullish(),
  system: z.string().nullish(),
  images,
  suffix: z.literal('', 'Text in the middle cannot be written by this model.').nullish(),
});

/** Whether there is anything to answer: without it, a client asks for the model to be ready. */
export const asksNothing = (body: ChatBody | GenerateBody): boolean => {
  const { messages, prompt, images }: { messages?: unknown; prompt?: unknown; images?: unknown } = body;
  return [messages, prompt, images].every((given) => !given || (Array.isArray(given) && given.length === 0));
};

/** A chat request of Ollama's, as every provider is asked. */
export async function chatRequest(body: unknown, image: ReadImage): Promise<Omit<LlmRequest, 'model'>> {
  const asked = readAs(chat, body);
  return {
    messages: await messagesOf(asked.messages, image),
    ...(asked.tools?.length && {
      tools: asked.tools.map(({ function: { name, description, parameters } }) => ({
        name,
        parameters: parameters ?? { type: 'object', properties: {} },
        ...(description && { description }),
      })),
    }),
    ...wishesOf(asked),
  };
}

/** A request for one text, as every provider is asked. */
export async function generateRequest(body: unknown, image: ReadImage): Promise<Omit<LlmRequest, 'model'>> {
  const asked = readAs(generate, body);
  const messages: LlmMessage[] = asked.system ? [{ role: 'system', content: asked.system }] : [];
  messages.push({ role: 'user', content: await shown(asked.prompt ?? '', asked.images, 'images', image) });
  return { messages, ...wishesOf(asked) };
}

function wishesOf({ format, think, options }: Common): Omit<LlmRequest, 'model' | 'messages'> {
  const { temperature, top_p, num_predict, stop, seed } = options ?? {};
  const ends = (typeof stop === 'string' ? [stop] : (stop ?? [])).filter((text) => text !== '');
  const responseFormat: ResponseFormat | undefined =
    format === 'json' ? { type: 'json' } : format ? { type: 'json_schema', name: 'answer', schema: format } : undefined;
  const reasoningEffort = effortOf(think);
  return {
    options: {
      ...(typeof temperature === 'number' && { temperature }),
      ...(typeof top_p === 'number' && { top_p }),
      // -1 and -2 mean as many as there is room for.
      ...(typeof num_predict === 'number' && num_predict > 0 && { max_tokens: num_predict }),
      ...(ends.length > 0 && { stop: ends }),
      ...(typeof seed === 'number' && { seed }),
    },
    ...(responseFormat && { responseFormat }),
    ...(reasoningEffort && { reasoningEffort }),
  };
}

function effortOf(think: Common['think']): ReasoningEffort | undefined {
  if (think === true) return 'medium';
  if (think === false) return 'none';
  return think ?? undefined;
}

/** Results name their tool here and not their call: each belongs to the first call of that tool that has none yet. */
async function messagesOf(said: readonly Message[], image: ReadImage): Promise<LlmMessage[]> {
  const rules = said.filter(({ role, content }) => role === 'system' && content).map(({ content }) => content);
  const messages: LlmMessage[] = rules.length ? [{ role: 'system', content: rules.join('\n\n') }] : [];
  let waiting: { id: string; name: string }[] = [];
  let calls = 0;
  for (const [at, one] of said.entries()) {
    const content = one.content ?? '';
    if (one.role === 'user')
      messages.push({ role: 'user', content: await shown(content, one.images, `messages.${at}.images`, image) });
    else if (one.role === 'assistant') {
      const toolCalls = (one.tool_calls ?? []).map(({ id, function: { name, arguments: given } }) => ({
        id: id || `call_${(calls += 1)}`,
        name,
        arguments: JSON.stringify(given ?? {}),
      }));
      waiting = [...toolCalls];
      messages.push({
        role: 'assistant',
        content,
        ...(toolCalls.length > 0 && { toolCalls }),
        ...(one.thinking && { reasoning: { text: one.thinking } }),
      });
    } else if (one.role === 'tool') {
      const meant = (call: { id: string; name: string }): boolean =>
        one.tool_call_id ? call.id === one.tool_call_id : !one.tool_name || call.name === one.tool_name;
      const call = waiting.find(meant);
      if (!call) throw invalidField(`messages.${at}`, 'There is no call that this could be the result of.');
      waiting = waiting.filter((other) => other !== call);
      messages.push({ role: 'tool', toolCallId: call.id, name: call.name, content });
    }
  }
  return messages;
}

async function shown(
  text: string,
  pictures: readonly string[] | null | undefined,
  path: string,
  image: ReadImage,
): Promise<string | LlmPart[]> {
  if (!pictures?.length) return text;
  const parts: LlmPart[] = text ? [{ type: 'text', text }] : [];
  // Plain base64 here; what it is, its first bytes tell.
  for (const [at, data] of pictures.entries())
    parts.push(await image(`data:application/octet-stream;base64,${data}`, `${path}.${at}`));
  return parts;
}
