import { createParser } from 'eventsource-parser';
import type { ChatEvent } from '../../../shared/stream.ts';

/** One event of a chat stream with its number in the generation's log (0 where the server gave none). */
export type NumberedEvent = ChatEvent & { id: number };

/**
 * Reads a `text/event-stream` answer to its end and hands on each event as it comes. Events whose data is not JSON are
 * skipped: one damaged line must not lose the rest of an answer. Rejects when the connection breaks.
 */
export async function readEvents<E extends { event: string; data: unknown } = ChatEvent>(
  response: Response,
  onEvent: (event: E & { id: number }) => void,
): Promise<void> {
  if (!response.body) return;
  const parser = createParser({
    onEvent({ id, event, data }) {
      let parsed: unknown;
      try {
        parsed = JSON.parse(data);
      } catch {
        return;
      }
      onEvent({ id: Number(id ?? 0) || 0, event, data: parsed } as E & { id: number });
    },
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    parser.feed(value);
  }
}
