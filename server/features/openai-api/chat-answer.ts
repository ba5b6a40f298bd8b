import type { TokenUsage } from '../../../shared/api/passages.ts';
import type { FinishReason, LlmEvent } from '../../platform/llm/driver.ts';
import type { WholeAnswer } from '../../platform/llm/messages.ts';

export type Named = { id: string; model: string; created: number };

const finishReason = (reason: FinishReason): string => (reason === 'other' ? 'stop' : reason);

/** The figures as OpenAI gives them. */
export const chatUsage = (usage: TokenUsage) => ({
  prompt_tokens: usage.prompt_tokens,
  completion_tokens: usage.completion_tokens,
  total_tokens: usage.total_tokens,
  ...(usage.cached_tokens !== undefined && { prompt_tokens_details: { cached_tokens: usage.cached_tokens } }),
  ...(usage.reasoning_tokens !== undefined && {
    completion_tokens_details: { reasoning_tokens: usage.reasoning_tokens },
  }),
});

/** A whole answer as a chat completion. */
export const chatCompletion = ({ id, model, created }: Named, answer: WholeAnswer) => ({
  id,
  object: 'chat.completion',
  created,
  model,
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: answer.text === '' && answer.toolCalls.length > 0 ? null : answer.text,
        refusal: null,
        ...(answer.reasoning && { reasoning_content: answer.reasoning.text }),
        ...(answer.toolCalls.length > 0 && {
          tool_calls: answer.toolCalls.map(({ id: call, name, arguments: text }) => ({
            id: call,
            type: 'function',
            function: { name, arguments: text },
          })),
        }),
      },
      logprobs: null,
      finish_reason: finishReason(answer.finish),
    },
  ],
  ...(answer.usage && { usage: chatUsage(answer.usage) }),
});

/** An answer as the chunks of a streamed chat completion, the mark of the end included. */
export async function* chatChunks(
  { id, model, created }: Named,
  events: AsyncIterable<LlmEvent>,
  { withUsage }: { withUsage: boolean },
): AsyncGenerator<string> {
  const head = `data: {"id":${JSON.stringify(id)},"object":"chat.completion.chunk","created":${created},"model":${JSON.stringify(model)}`;
  const rest = withUsage ? ',"usage":null}\n\n' : '}\n\n';
  const chunk = (delta: string, finish = 'null'): string =>
    `${head},"choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finish}}]${rest}`;
  const call = (index: number, fields: object): string => chunk(JSON.stringify({ tool_calls: [{ index, ...fields }] }));

  let usage: TokenUsage | null = null;
  let begun = false;
  for await (const event of events) {
    if (!begun) {
      begun = true;
      yield chunk('{"role":"assistant","content":"","refusal":null}');
    }
    switch (event.type) {
      case 'text':
        yield chunk(`{"content":${JSON.stringify(event.text)}}`);
        break;
      case 'reasoning':
        yield chunk(`{"reasoning_content":${JSON.stringify(event.text)}}`);
        break;
      case 'tool_call':
        yield call(event.index, { id: event.id, type: 'function', function: { name: event.name, arguments: '' } });
        break;
      case 'tool_arguments':
        yield call(event.index, { function: { arguments: event.text } });
        break;
      case 'usage':
        ({ usage } = event);
        break;
      case 'finish':
        yield chunk('{}', JSON.stringify(finishReason(event.reason)));
        break;
      default:
    }
  }
  if (withUsage && usage) yield `${head},"choices":[],"usage":${JSON.stringify(chatUsage(usage))}}\n\n`;
  yield 'data: [DONE]\n\n';
}
