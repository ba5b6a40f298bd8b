import { StringDecoder } from 'node:string_decoder';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { nonsense } from '../errors.ts';

/** Of one answer, and of all events of one stream. */
export const MAX_BYTES = 8 * 1024 * 1024;

export type Heard = Readonly<Record<string, unknown>>;

/** Where a stream can be taken up again. */
export type SseNote = { last: string | undefined; retryMs: number | undefined };

/** One message; what it says is checked by whoever reads it. */
export function parseMessage(value: unknown, server: string): Heard {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw nonsense(server, 'A part of its answer is not a message.');
  return value as Heard;
}

/** The messages of a stream of events. `note` is kept up to date. Rejects where it is malformed or has no end. */
export async function* messagesIn(
  body: AsyncIterable<Uint8Array>,
  server: string,
  note: SseNote,
): AsyncGenerator<Heard> {
  const decoder = new StringDecoder('utf8');
  let batch: EventSourceMessage[] = [];
  let endless = false;
  let size = 0;
  const parser = createParser({
    maxBufferSize: MAX_BYTES,
    onEvent: (event) => batch.push(event),
    onRetry: (ms) => void (note.retryMs = ms),
    onError: ({ type }) => void (endless ||= type === 'max-buffer-size-exceeded'),
  });
  for await (const chunk of body) {
    size += chunk.byteLength;
    parser.feed(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
    const ready = batch;
    batch = [];
    for (const { id, data } of ready) {
      if (id !== undefined && id.length <= 1_024) note.last = id;
      if (data !== '') yield parseMessage(json(data, server), server);
    }
    if (endless || size > MAX_BYTES) throw nonsense(server, 'Its answer is too large.');
  }
}

function json(text: string, server: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw nonsense(server, 'A part of its answer is not JSON.', error);
  }
}
