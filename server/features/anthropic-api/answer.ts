import type { TokenUsage } from '../../../shared/api/passages.ts';
import type { FinishReason, LlmEvent } from '../../platform/llm/driver.ts';
import type { WholeAnswer } from '../../platform/llm/messages.ts';
import { parsedArguments } from '../../platform/llm/tool-calls.ts';

export type Named = { id: string; model: string };

const stopReasons: Record<FinishReason, string> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
  other: 'end_turn',
};

/** Anthropic counts what came from its cache beside the rest of the prompt. */
const usageOf = (usage: TokenUsage | null) => ({
  input_tokens: (usage?.prompt_tokens ?? 0) - (usage?.cached_tokens ?? 0),
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: usage?.cached_tokens ?? 0,
  output_tokens: usage?.completion_tokens ?? 0,
});

/** A whole answer as a message. */
export const wholeMessage = ({ id, model }: Named, answer: WholeAnswer) => ({
  id,
  type: 'message',
  role: 'assistant',
  model,
  content: [
    ...(answer.reasoning
      ? [{ type: 'thinking', thinking: answer.reasoning.text, signature: answer.reasoning.signature ?? '' }]
      : []),
    ...(answer.text !== '' ? [{ type: 'text', text: answer.text }] : []),
    ...answer.toolCalls.map((call) => ({
      type: 'tool_use',
      id: call.id,
      name: call.name,
      input: parsedArguments(call),
    })),
  ],
  stop_reason: stopReasons[answer.finish],
  stop_sequence: null,
  usage: usageOf(answer.usage),
});

const frame = (event: { type: string; [field: string]: unknown }): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/**
 * An answer as the events of a streamed message. Text and thought are blocks that end when the other begins; blocks of calls
 * stay open to the end, as the arguments of parallel calls may come mixed.
 */
export async function* messageEvents({ id, model }: Named, events: AsyncIterable<LlmEvent>): AsyncGenerator<string> {
  let blocks = 0;
  let open: 'text' | 'thinking' | null = null;
  const calls: number[] = [];
  let usage: TokenUsage | null = null;
  let finish: FinishReason = 'other';
  let begun = false;

  function* close(): Generator<string> {
    if (open) yield frame({ type: 'content_block_stop', index: blocks - 1 });
    open = null;
  }
  function* begin(kind: 'text' | 'thinking'): Generator<string> {
    if (open === kind) return;
    yield* close();
    open = kind;
    const content_block =
      kind === 'text' ? { type: 'text', text: '' } : { type: 'thinking', thinking: '', signature: '' };
    yield frame({ type: 'content_block_start', index: blocks++, content_block });
  }
  const delta = (index: number, fields: object): string => frame({ type: 'content_block_delta', index, delta: fields });

  for await (const event of events) {
    if (!begun) {
      begun = true;
      const message = { id, type: 'message', role: 'assistant', model, content: [], stop_reason: null };
      yield frame({ type: 'message_start', message: { ...message, stop_sequence: null, usage: usageOf(null) } });
    }
    switch (event.type) {
      case 'text':
        yield* begin('text');
        yield delta(blocks - 1, { type: 'text_delta', text: event.text });
        break;
      case 'reasoning':
        yield* begin('thinking');
        yield delta(blocks - 1, { type: 'thinking_delta', thinking: event.text });
        break;
      case 'reasoning_signature':
        yield* begin('thinking');
        yield delta(blocks - 1, { type: 'signature_delta', signature: event.signature });
        break;
      case 'tool_call': {
        yield* close();
        calls[event.index] = blocks;
        const content_block = { type: 'tool_use', id: event.id, name: event.name, input: {} };
        yield frame({ type: 'content_block_start', index: blocks++, content_block });
        break;
      }
      case 'tool_arguments': {
        const at = calls[event.index];
        if (at !== undefined) yield delta(at, { type: 'input_json_delta', partial_json: event.text });
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
  yield* close();
  for (const index of calls) yield frame({ type: 'content_block_stop', index });
  const end = { stop_reason: stopReasons[finish], stop_sequence: null };
  yield frame({ type: 'message_delta', delta: end, usage: usageOf(usage) });
  yield frame({ type: 'message_stop' });
}
