import type { LlmMessage, LlmRequest, ResponseFormat } from '../driver.ts';
import { imagesOf, textOf } from '../messages.ts';
import { parsedArguments } from '../tool-calls.ts';

/** Refused for models that do not think. */
export const optionalFields = ['think'];

const MAX_CONTEXT = 32_768;
/** What a model makes of a picture, about; it differs widely. */
const IMAGE_TOKENS = 1_024;

/**
 * Ollama cuts the beginning off a prompt that is longer than its default context of 4,096 tokens and says nothing. So a
 * long prompt asks for more, in powers of two, because each other size makes Ollama load the model anew. Three characters
 * a token is on the safe side for European languages.
 */
function contextFor({ messages, options, tools }: LlmRequest): number | undefined {
  const tokens = messages.reduce((sum, message) => sum + tokensOf(message), 0);
  const toolTokens = tools?.length ? JSON.stringify(tools).length / 3 : 0;
  const needed = tokens + toolTokens + Math.min(options?.max_tokens ?? 1_024, 8_192);
  return needed <= 4_096 ? undefined : Math.min(2 ** Math.ceil(Math.log2(needed)), MAX_CONTEXT);
}

function tokensOf(message: LlmMessage): number {
  const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : [];
  const written = calls.reduce((sum, call) => sum + call.arguments.length, textOf(message).length);
  return written / 3 + imagesOf(message).length * IMAGE_TOKENS;
}

function asMessage(message: LlmMessage, calledBy: ReadonlyMap<string, string>) {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.content };
    case 'user': {
      const images = imagesOf(message).map(({ data }) => data);
      return { role: 'user', content: textOf(message), ...(images.length > 0 && { images }) };
    }
    case 'tool':
      // Models see the name of the tool; the id came with later versions.
      return {
        role: 'tool',
        content: message.content,
        tool_name: message.name ?? calledBy.get(message.toolCallId),
        tool_call_id: message.toolCallId,
      };
    case 'assistant': {
      const { content, reasoning, toolCalls = [] } = message;
      if (toolCalls.length === 0) return { role: 'assistant', content };
      return {
        role: 'assistant',
        content,
        ...(reasoning?.text && { thinking: reasoning.text }),
        tool_calls: toolCalls.map((call, index) => ({
          id: call.id,
          function: { index, name: call.name, arguments: parsedArguments(call) },
        })),
      };
    }
  }
}

/** Tools cannot be forced here, but left away, and narrowed to the one that is meant. */
function toolsOf({ tools = [], toolChoice }: LlmRequest) {
  const offered =
    toolChoice === 'none'
      ? []
      : typeof toolChoice === 'object'
        ? tools.filter(({ name }) => name === toolChoice.name)
        : tools;
  if (offered.length === 0) return undefined;
  return offered.map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name, description, parameters },
  }));
}

function thinkFor({ model, reasoningEffort }: LlmRequest) {
  if (!reasoningEffort) return undefined;
  // It cannot do without, but knows how much; all others know only whether to think.
  if (/gpt-oss/.test(model)) return reasoningEffort === 'none' ? 'low' : reasoningEffort;
  return reasoningEffort !== 'none';
}

const formatOf = (format: ResponseFormat | undefined) =>
  format?.type === 'json_schema' ? format.schema : format?.type;

/** A request as `/api/chat` takes it. Fields that are undefined do not go over the wire. */
export function chatBody(request: LlmRequest) {
  const { model, messages, options } = request;
  const calledBy = new Map(
    messages.flatMap((message) =>
      message.role === 'assistant' ? (message.toolCalls ?? []).map(({ id, name }) => [id, name] as const) : [],
    ),
  );
  return {
    model,
    messages: messages.map((message) => asMessage(message, calledBy)),
    stream: true,
    tools: toolsOf(request),
    think: thinkFor(request),
    format: formatOf(request.responseFormat),
    options: {
      temperature: options?.temperature,
      top_p: options?.top_p,
      num_predict: options?.max_tokens,
      stop: options?.stop,
      seed: options?.seed,
      num_ctx: contextFor(request),
    },
  };
}
