import { StringDecoder } from 'node:string_decoder';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { nonsense, type Speaker } from './errors.ts';
import type { ProviderStream } from './http.ts';

type Batch = readonly EventSourceMessage[];

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
  let batch: EventSourceMessage[] | undefined;
  let overflow = false;
  const parser = createParser({
    maxBufferSize: MAX_EVENT_LENGTH,
    onEvent: (event) => {
      if (batch) batch.push(event);
      else batch = [event];
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') overflow = true;
    },
  });
  async function leave(): Promise<IteratorResult<Batch>> {
    await source.return?.();
    return { done: true, value: undefined };
  }
  async function giveUp(): Promise<never> {
    await leave();
    throw tooLong(speaker);
  }
  function heard({ done, value }: IteratorResult<Uint8Array>): IteratorResult<Batch> | Promise<IteratorResult<Batch>> {
    if (done) return { done: true, value: undefined };
    parser.feed(decoder.write(asBuffer(value)));
    if (!batch) return next();
    const ready = batch;
    batch = undefined;
    return { done: false, value: ready };
  }
  const next = (): Promise<IteratorResult<Batch>> => (overflow ? giveUp() : source.next().then(heard));
  return {
    next,
    return: leave,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const asBuffer = (chunk: Uint8Array): Buffer =>
  Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);

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
