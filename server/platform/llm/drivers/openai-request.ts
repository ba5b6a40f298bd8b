import type { LlmMessage, LlmRequest, ResponseFormat, ToolChoice } from '../driver.ts';
import type { ProviderSettings } from '../http.ts';
import { imagesOf, partsOf, textOf } from '../messages.ts';

type Kind = ProviderSettings['kind'];

/** Refused by some compatible servers, or by models that reason; an answer without them is still one. */
export const optionalFields = [
  'stream_options',
  'temperature',
  'top_p',
  'seed',
  'reasoning_effort',
  'parallel_tool_calls',
];

function content(message: LlmMessage) {
  if (imagesOf(message).length === 0) return textOf(message);
  return partsOf(message).map((part) =>
    part.type === 'text'
      ? { type: 'text', text: part.text }
      : { type: 'image_url', image_url: { url: `data:${part.mediaType};base64,${part.data}` } },
  );
}

function asMessage(message: LlmMessage, kind: Kind) {
  switch (message.role) {
    case 'system':
    case 'user':
      return { role: message.role, content: content(message) };
    case 'tool':
      return { role: 'tool', tool_call_id: message.toolCallId, content: message.content };
    case 'assistant': {
      const { toolCalls = [], reasoning } = message;
      if (toolCalls.length === 0) return { role: 'assistant', content: message.content };
      return {
        role: 'assistant',
        content: message.content || null,
        // OpenAI keeps reasoning to itself; compatible models that show theirs go on from it after their calls.
        ...(kind !== 'openai' && reasoning?.text && { reasoning_content: reasoning.text }),
        tool_calls: toolCalls.map(({ id, name, arguments: text }) => ({
          id,
          type: 'function',
          function: { name, arguments: text || '{}' },
        })),
      };
    }
  }
}

function toolChoice(choice: ToolChoice | undefined) {
  return typeof choice === 'object' ? { type: 'function', function: { name: choice.name } } : choice;
}

function responseFormat(format: ResponseFormat | undefined, kind: Kind) {
  if (!format) return undefined;
  if (format.type === 'json_schema') {
    const { name, schema, strict } = format;
    return { type: 'json_schema', json_schema: { name, schema, ...(strict !== undefined && { strict }) } };
  }
  // LM Studio takes schemas alone.
  if (kind === 'lmstudio') return { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' } } };
  return { type: 'json_object' };
}

/** Models that cannot do without thinking think a little. */
const alwaysThinks = /^(?:o\d|gpt-5(?:-|$)|gpt-oss)/;

function reasoningEffort({ model, reasoningEffort: effort }: LlmRequest) {
  return effort === 'none' && alwaysThinks.test(model) ? 'low' : effort;
}

/** A request as `/chat/completions` takes it. Fields that are undefined do not go over the wire. */
export function chatBody(request: LlmRequest, kind: Kind) {
  const { model, messages, options, tools = [], ...wishes } = request;
  const withTools = tools.length > 0;
  return {
    model,
    messages: messages.map((message) => asMessage(message, kind)),
    stream: true,
    stream_options: { include_usage: true },
    temperature: options?.temperature,
    top_p: options?.top_p,
    // OpenAI's own models have replaced `max_tokens`, which is all that older compatible servers know.
    [kind === 'openai' ? 'max_completion_tokens' : 'max_tokens']: options?.max_tokens,
    stop: options?.stop,
    seed: options?.seed,
    reasoning_effort: reasoningEffort(request),
    tools: withTools
      ? tools.map(({ name, description, parameters, strict }) => ({
          type: 'function',
          function: { name, description, parameters, strict },
        }))
      : undefined,
    tool_choice: withTools ? toolChoice(wishes.toolChoice) : undefined,
    parallel_tool_calls: withTools ? wishes.parallelToolCalls : undefined,
    response_format: responseFormat(wishes.responseFormat, kind),
  };
}
