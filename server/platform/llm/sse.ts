import { StringDecoder } from 'node:string_decoder';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { nonsense, type Speaker } from './errors.ts';
import type { ProviderStream } from './http.ts';

export type Batch = readonly EventSourceMessage[];

/** Characters of one event; a longer one is no model's work and must not fill the memory. */
const MAX_EVENT_LENGTH = 1024 * 1024;

/**
 * The events of a Server-Sent Events stream (WHATWG HTML 9.2), in batches as they arrive together. A server that ignored
 * `stream` and answered with JSON gives one event with all of it.
 */
export function readSse(
  { contentType, chunks }: Pick<ProviderStream, 'contentType' | 'chunks'>,
  speaker: Speaker,
): AsyncIterable<Batch> {
  return contentType.startsWith('application/json') ? oneEvent(chunks, speaker) : events(chunks, speaker);
}

async function* oneEvent(chunks: AsyncIterable<Uint8Array>, speaker: Speaker): AsyncGenerator<Batch> {
  const decoder = new StringDecoder('utf8');
  let data = '';
  for await (const chunk of chunks) {
    data += decoder.write(asBuffer(chunk));
    if (data.length > MAX_EVENT_LENGTH) throw tooLong(speaker);
  }
  yield [{ data }];
}

/** Written out rather than as a generator: it runs for each piece of each answer. */
function events(chunks: AsyncIterable<Uint8Array>, speaker: Speaker): AsyncIterableIterator<Batch> {
  const decoder = new StringDecoder('utf8');
  const source = chunks[Symbol.asyncIterator]();
  let batch: EventSourceMessage[] = [];
  let overflow = false;
  const parser = createParser({
    maxBufferSize: MAX_EVENT_LENGTH,
    onEvent: (event) => batch.push(event),
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') overflow = true;
    },
  });
  async function leave(): Promise<IteratorResult<Batch>> {
    await source.return?.();
    return { done: true, value: undefined };
  }
  return {
    async next() {
      for (;;) {
        if (overflow) {
          await leave();
          throw tooLong(speaker);
        }
        const { done, value } = await source.next();
        if (done) return { done: true, value: undefined };
        parser.feed(decoder.write(asBuffer(value)));
        if (batch.length > 0) {
          const ready = batch;
          batch = [];
          return { done: false, value: ready };
        }
      }
    },
    return: leave,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

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
