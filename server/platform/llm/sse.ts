import { StringDecoder } from 'node:string_decoder';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { nonsense, type Speaker } from './errors.ts';
import type { ProviderStream } from './http.ts';

/** Characters of one event; a longer one is no model's work and must not fill the memory. */
const MAX_EVENT_LENGTH = 1024 * 1024;

/**
 * The events of a Server-Sent Events stream (WHATWG HTML 9.2), in batches as they arrive together. A server that ignored
 * `stream` and answered with JSON gives one event with all of it.
 */
export async function* readSse(
  stream: Pick<ProviderStream, 'contentType' | 'chunks'>,
  speaker: Speaker,
): AsyncGenerator<readonly EventSourceMessage[]> {
  const decoder = new StringDecoder('utf8');
  if (stream.contentType.startsWith('application/json')) {
    let data = '';
    for await (const chunk of stream.chunks) {
      data += decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      if (data.length > MAX_EVENT_LENGTH) throw tooLong(speaker);
    }
    yield [{ data }];
    return;
  }

  let batch: EventSourceMessage[] = [];
  let overflow = false;
  const parser = createParser({
    maxBufferSize: MAX_EVENT_LENGTH,
    onEvent: (event) => batch.push(event),
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') overflow = true;
    },
  });
  for await (const chunk of stream.chunks) {
    parser.feed(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
    if (batch.length > 0) {
      const ready = batch;
      batch = [];
      yield ready;
    }
    if (overflow) throw tooLong(speaker);
  }
}

const tooLong = (speaker: Speaker) => nonsense(speaker, 'A line of its answer has no end.');

/** One event's JSON. Nothing is checked beyond its being an object: readers must take any field as possibly absent. */
export function parseEvent<T extends object>(data: string, speaker: Speaker): Partial<T> {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (cause) {
    throw nonsense(speaker, 'A part of its answer is not JSON.', cause);
  }
  if (typeof value !== 'object' || value === null) throw nonsense(speaker, 'A part of its answer is not an object.');
  return value as Partial<T>;
}
