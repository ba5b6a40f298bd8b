import { describe, expect, it } from 'vitest';
import { readLines } from './ndjson.ts';
import { readSse } from './sse.ts';

const speaker = { name: 'X', secrets: [] };

/** The bytes of a text in pieces of this size. */
async function* bytes(text: string, size: number): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(text);
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
}
const sse = (text: string, size: number, contentType = 'text/event-stream') =>
  readSse({ contentType, chunks: bytes(text, size) }, speaker);
const all = async <T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> => {
  const items: T[] = [];
  for await (const batch of batches) items.push(...batch);
  return items;
};
const endless = 'x'.repeat(1024 * 1024 + 10);

describe.each([1, 2, 3, 7, 64 * 1024])('in pieces of %i bytes', (size) => {
  it('reads events', async () => {
    const text =
      '\u{FEFF}: hello\r\n\r\nevent: a\ndata: Grüße\ndata: 🌍\n\n\nnonsense\ndata:[DONE]\n\ndata: unfinished';
    const events = (await all(sse(text, size))).map(({ event, data }) => ({ event, data }));
    expect(events).toEqual([
      { event: 'a', data: 'Grüße\n🌍' },
      { event: undefined, data: '[DONE]' },
    ]);
  });

  it('reads lines', async () => {
    expect(await all(readLines(bytes('{"a":"ü"}\n\n  \r\n{"b":"🌍"}\r\n{"c":1}', size), speaker))).toEqual([
      '{"a":"ü"}',
      '{"b":"🌍"}\r',
      '{"c":1}',
    ]);
  });
});

describe('what has no end', () => {
  it.each([
    ['a line of NDJSON', () => all(readLines(bytes(endless, 65_536), speaker))],
    ['an event', () => all(sse(`data: ${endless}`, 65_536))],
    ['an event of many lines', () => all(sse(`data: ${'x'.repeat(1_000)}\n`.repeat(1_100), 65_536))],
    ['a JSON answer in place of a stream', () => all(sse(endless, 65_536, 'application/json'))],
  ])('is refused: %s', async (_, read) => {
    await expect(read()).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
  });

  it('what came before it is kept', async () => {
    const seen: string[] = [];
    const reading = (async () => {
      for await (const batch of sse(`data: 1\n\ndata: ${endless}`, 65_536)) seen.push(...batch.map(({ data }) => data));
    })();
    await expect(reading).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
    expect(seen).toEqual(['1']);
  });
});
