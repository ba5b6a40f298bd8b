import { z } from 'zod';
import { readAs } from '../../http-kit/read-as.ts';
import { invalidField } from '../../lib/errors.ts';
import type {
  LlmMessage,
  LlmPart,
  LlmRequest,
  ResponseFormat,
  ToolCall,
  ToolChoice,
} from '../../platform/llm/driver.ts';
import { effort, effortOf, given, type ReadImage } from './chat-request.ts';

const stateless = (what: string) => `Nothing is kept between requests here. ${what}`;

/** What of the Responses API is taken. What would need a memory, or tools that run at OpenAI, is refused by name. */
export const responsesBody = z.looseObject({
  model: z.string().min(1).max(300),
  input: z.union([z.string().min(1), z.array(z.looseObject({ type: z.string().nullish() })).min(1)]),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  previous_response_id: z
    .null(stateless('Send the whole conversation in “input” instead of previous_response_id.'))
    .optional(),
  conversation: z.null(stateless('Send the whole conversation in “input”.')).optional(),
  background: z.literal(false, stateless('Ask without “background”.')).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  max_output_tokens: z.number().int().min(1).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  reasoning: z.looseObject({ effort }).nullish(),
  tools: z
    .array(
      z.looseObject({
        type: z.literal('function', 'Only tools of the type “function” work here.'),
        name: z.string().min(1),
        description: z.string().nullish(),
        parameters: z.record(z.string(), z.unknown()).nullish(),
        strict: z.boolean().nullish(),
      }),
    )
    .nullish(),
  tool_choice: z
    .union([z.enum(['auto', 'none', 'required']), z.looseObject({ type: z.literal('function'), name: z.string() })])
    .nullish(),
  text: z
    .looseObject({
      format: z
        .discriminatedUnion('type', [
          z.looseObject({ type: z.literal('text') }),
          z.looseObject({ type: z.literal('json_object') }),
          z.looseObject({
            type: z.literal('json_schema'),
            name: z.string(),
            schema: z.record(z.string(), z.unknown()),
            strict: z.boolean().nullish(),
          }),
        ])
        .nullish(),
    })
    .nullish(),
});
export type ResponsesBody = z.output<typeof responsesBody>;

const content = z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]);
const messageItem = z.looseObject({ role: z.enum(['user', 'assistant', 'system', 'developer']), content });
const callItem = z.looseObject({ call_id: z.string().min(1), name: z.string().min(1), arguments: z.string() });
const outputItem = z.looseObject({ call_id: z.string().min(1), output: content });

/** A request of the Responses API, as every provider is asked. */
export async function responsesRequest(body: ResponsesBody, image: ReadImage): Promise<Omit<LlmRequest, 'model'>> {
  const { messages, rules } = await dialogue(body.input, image);
  const system = [body.instructions, ...rules].filter(Boolean).join('\n\n');
  return {
    messages: system ? [{ role: 'system', content: system }, ...messages] : messages,
    options: given({ temperature: body.temperature, top_p: body.top_p, max_tokens: body.max_output_tokens }),
    ...(body.tools?.length && {
      tools: body.tools.map(({ name, description, parameters, strict }) => ({
        name,
        parameters: parameters ?? { type: 'object', properties: {} },
        ...given<{ description: string; strict: boolean }>({ description, strict }),
      })),
    }),
    ...given<LlmRequest>({
      toolChoice: choiceOf(body.tool_choice),
      parallelToolCalls: body.parallel_tool_calls,
      responseFormat: formatOf(body.text?.format),
      reasoningEffort: effortOf(body.reasoning?.effort),
    }),
  };
}

const choiceOf = (choice: ResponsesBody['tool_choice']): ToolChoice | undefined =>
  typeof choice === 'object' && choice !== null ? { name: choice.name } : (choice ?? undefined);

function formatOf(format: NonNullable<ResponsesBody['text']>['format']): ResponseFormat | undefined {
  if (!format || format.type === 'text') return undefined;
  if (format.type === 'json_object') return { type: 'json' };
  const { name, schema, strict } = format;
  return { type: 'json_schema', name, schema, ...given<{ strict: boolean }>({ strict }) };
}

/** Items in their order; calls that stand together are one turn of the model's. */
async function dialogue(input: ResponsesBody['input'], image: ReadImage) {
  if (typeof input === 'string') return { messages: [{ role: 'user', content: input } as LlmMessage], rules: [] };
  const messages: LlmMessage[] = [];
  const rules: string[] = [];
  for (const [at, item] of input.entries()) {
    const path = `input.${at}`;
    switch (item.type ?? 'message') {
      case 'message': {
        const { role, content: said } = readAs(messageItem, item, ['input', at]);
        if (role === 'user') messages.push({ role, content: await partsOf(said, path, image) });
        else if (role === 'assistant') messages.push({ role, content: textOf(said, path) });
        else rules.push(textOf(said, path));
        break;
      }
      case 'function_call': {
        const { call_id, name, arguments: text } = readAs(callItem, item, ['input', at]);
        addCall(messages, { id: call_id, name, arguments: text });
        break;
      }
      case 'function_call_output': {
        const { call_id, output } = readAs(outputItem, item, ['input', at]);
        messages.push({ role: 'tool', toolCallId: call_id, content: textOf(output, path) });
        break;
      }
      // What a model thought belongs to the server that kept it.
      case 'reasoning':
        break;
      default:
        throw invalidField(
          `${path}.type`,
          `An item of the type “${String(item.type).slice(0, 40)}” is not taken here.`,
        );
    }
  }
  return { messages, rules };
}

function addCall(messages: LlmMessage[], call: ToolCall): void {
  const last = messages.at(-1);
  if (last?.role === 'assistant')
    messages[messages.length - 1] = { ...last, toolCalls: [...(last.toolCalls ?? []), call] };
  else messages.push({ role: 'assistant', content: '', toolCalls: [call] });
}

const texts = new Set(['input_text', 'output_text', 'text']);

function partText(part: { type: string }, path: string): string {
  const { type, text, refusal } = part as { type: string; text?: unknown; refusal?: unknown };
  if (texts.has(type) && typeof text === 'string') return text;
  if (type === 'refusal' && typeof refusal === 'string') return refusal;
  throw invalidField(path, `A part of the type “${type.slice(0, 40)}” is not taken here.`);
}

const textOf = (said: z.output<typeof content>, path: string): string =>
  typeof said === 'string' ? said : said.map((part, at) => partText(part, `${path}.content.${at}`)).join('');

async function partsOf(said: z.output<typeof content>, path: string, image: ReadImage): Promise<string | LlmPart[]> {
  if (typeof said === 'string') return said;
  const parts: LlmPart[] = [];
  for (const [at, part] of said.entries()) {
    const here = `${path}.content.${at}`;
    if (part.type === 'input_image') {
      const { image_url } = readAs(z.looseObject({ image_url: z.string() }), part, [here]);
      parts.push(await image(image_url, `${here}.image_url`));
    } else parts.push({ type: 'text', text: partText(part, here) });
  }
  return parts;
}
