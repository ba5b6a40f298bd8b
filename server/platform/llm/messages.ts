import type { FinishReason, LlmMessage, LlmPart, LlmStream, Reasoning, Tell, ToolCall } from './driver.ts';
import type { Passage, TokenUsage } from '../../../shared/api/passages.ts';

/** The words of a message; what it shows is left out. */
export function textOf({ content }: Pick<LlmMessage, 'content'>): string {
  if (typeof content === 'string') return content;
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** The content of a message as a list of parts, without empty ones. */
export const partsOf = ({ content }: Pick<LlmMessage, 'content'>): readonly LlmPart[] =>
  (typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content).filter(
    (part) => part.type === 'image' || part.text !== '',
  );

export const imagesOf = (message: Pick<LlmMessage, 'content'>): Extract<LlmPart, { type: 'image' }>[] =>
  partsOf(message).filter((part) => part.type === 'image');

/** Tells each event as it comes, whatever the stream can. */
export async function tellEach(events: LlmStream, tell: Tell): Promise<void> {
  if (events.tell) return events.tell(tell);
  for await (const event of events) tell(event);
}

/** An answer that has come to its end. */
export type WholeAnswer = {
  text: string;
  /** Absent where the model did not show any. */
  reasoning?: Reasoning;
  toolCalls: ToolCall[];
  sources: Passage[];
  usage: TokenUsage | null;
  finish: FinishReason;
};

/**
 * Reads a stream to its end, and tells each event as it comes. Errors pass through; what came before them is lost.
 * @param keepsWords false where whoever is told keeps the text and the reasoning: a thousand long answers are not held twice.
 */
export async function collect(events: LlmStream, onEvent?: Tell, { keepsWords = true } = {}): Promise<WholeAnswer> {
  const answer: WholeAnswer = { text: '', toolCalls: [], sources: [], usage: null, finish: 'other' };
  let reasoning = '';
  let signature: string | undefined;
  await tellEach(events, (event) => {
    onEvent?.(event);
    switch (event.type) {
      case 'text':
        if (keepsWords) answer.text += event.text;
        break;
      case 'reasoning':
        if (keepsWords) reasoning += event.text;
        break;
      case 'reasoning_signature':
        ({ signature } = event);
        break;
      case 'tool_call':
        answer.toolCalls[event.index] = { id: event.id, name: event.name, arguments: '' };
        break;
      case 'tool_arguments': {
        const call = answer.toolCalls[event.index];
        if (call) call.arguments += event.text;
        break;
      }
      case 'sources':
        answer.sources = event.items;
        break;
      case 'usage':
        answer.usage = event.usage;
        break;
      case 'finish':
        answer.finish = event.reason;
    }
  });
  if (reasoning || signature) answer.reasoning = { text: reasoning, ...(signature && { signature }) };
  return answer;
}
