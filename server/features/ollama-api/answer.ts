import type { TokenUsage } from '../../../shared/api/passages.ts';
import type { FinishReason, LlmEvent, ToolCall } from '../../platform/llm/driver.ts';
import type { WholeAnswer } from '../../platform/llm/messages.ts';
import { parsedArguments } from '../../platform/llm/tool-calls.ts';

/** `chat` has messages, `generate` a text. */
export type Kind = 'chat' | 'generate';

type Said = { content: string; thinking?: string; toolCalls?: readonly ToolCall[] };

const doneReason = (finish: FinishReason): string => (finish === 'length' ? 'length' : 'stop');

const callsOf = (calls: readonly ToolCall[]) =>
  calls.map((call, index) => ({
    id: call.id,
    function: { index, name: call.name, arguments: parsedArguments(call) },
  }));

/** One line of an answer, in the form of either address. */
function line(kind: Kind, model: string, { content, thinking, toolCalls }: Said): Record<string, unknown> {
  const head = { model, created_at: new Date().toISOString() };
  if (kind === 'generate') return { ...head, response: content, ...(thinking && { thinking }) };
  const calls = toolCalls?.length ? { tool_calls: callsOf(toolCalls) } : {};
  return { ...head, message: { role: 'assistant', content, ...(thinking && { thinking }), ...calls } };
}

/** The end of an answer; times are nanoseconds, and of the parts nobody knows. */
function ending(kind: Kind, finish: FinishReason, usage: TokenUsage | null, startedAt: number) {
  const total = Math.round((performance.now() - startedAt) * 1e6);
  return {
    done: true,
    done_reason: doneReason(finish),
    ...(kind === 'generate' && { context: [] }),
    total_duration: total,
    load_duration: 0,
    prompt_eval_count: usage?.prompt_tokens ?? 0,
    prompt_eval_duration: 0,
    eval_count: usage?.completion_tokens ?? 0,
    eval_duration: total,
  };
}

/** What Ollama says when a model is asked to be ready, and nothing else. */
export const readyLine = (kind: Kind, model: string) => ({
  ...line(kind, model, { content: '' }),
  done: true,
  done_reason: 'load',
});

/** A whole answer as one object. */
export const wholeLine = (kind: Kind, model: string, answer: WholeAnswer, startedAt: number) => ({
  ...line(kind, model, {
    content: answer.text,
    toolCalls: answer.toolCalls,
    ...(answer.reasoning && { thinking: answer.reasoning.text }),
  }),
  ...ending(kind, answer.finish, answer.usage, startedAt),
});

/** An answer as lines of JSON. Calls come whole here, so each waits for the end of its arguments. */
export async function* answerLines(
  kind: Kind,
  model: string,
  events: AsyncIterable<LlmEvent>,
  startedAt: number,
): AsyncGenerator<string> {
  const calls: { id: string; name: string; arguments: string }[] = [];
  let usage: TokenUsage | null = null;
  let finish: FinishReason = 'other';
  const put = (said: Said): string => `${JSON.stringify({ ...line(kind, model, said), done: false })}\n`;
  for await (const event of events) {
    switch (event.type) {
      case 'text':
        yield put({ content: event.text });
        break;
      case 'reasoning':
        yield put({ content: '', thinking: event.text });
        break;
      case 'tool_call':
        calls[event.index] = { id: event.id, name: event.name, arguments: '' };
        break;
      case 'tool_arguments': {
        const call = calls[event.index];
        if (call) call.arguments += event.text;
        break;
      }
      case 'usage':
        ({ usage } = event);
        break;
      case 'finish':
        finish = event.reason;
        break;
      default:
    }
  }
  if (calls.length > 0) yield put({ content: '', toolCalls: calls });
  yield `${JSON.stringify({ ...line(kind, model, { content: '' }), ...ending(kind, finish, usage, startedAt) })}\n`;
}
