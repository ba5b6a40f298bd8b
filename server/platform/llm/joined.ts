import type { LlmEvent } from './driver.ts';

type Words = Extract<LlmEvent, { type: 'text' | 'reasoning' }>;

/**
 * The same events, with the words that stand next to each other as one: what has come together is shown together, and a burst
 * costs little more than a word does. What came before an error is given before it is thrown.
 */
export function* joined(events: Iterable<LlmEvent>): Generator<LlmEvent> {
  let held: Words | undefined;
  try {
    for (const event of events) {
      if (event.type === 'text' || event.type === 'reasoning') {
        if (held?.type === event.type) {
          held.text += event.text;
          continue;
        }
        if (held) yield held;
        held = { type: event.type, text: event.text };
      } else {
        if (held) yield held;
        held = undefined;
        yield event;
      }
    }
  } catch (error) {
    if (held) yield held;
    throw error;
  }
  if (held) yield held;
}
