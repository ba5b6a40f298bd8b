import { describe, expect, it } from 'vitest';
import { messagesIn } from './framing.ts';
import { lineFraming } from './ndjson.ts';
import { sseFraming } from './sse.ts';

const speaker = { name: 'X', secrets: [] };

/** The bytes of a text in pieces of this size. */
async function* bytes(text: string, size: number): AsyncGenerator<Buffer> {
  const all = Buffer.from(text);
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
}
const sse = (text: string, size: number, contentType = 'text/event-stream') =>
  messagesIn(bytes(text, size), sseFraming(contentType, speaker));
const lines = (text: string, size: number) => messagesIn(bytes(text, size), lineFraming(speaker));
const all = async <T>(messages: AsyncIterable<T>): Promise<T[]> => {
  const items: T[] = [];
  for await (const message of messages) items.push(message);
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
    expect(await all(lines('{"a":"ü"}\n\n  \r\n{"b":"🌍"}\r\n{"c":1}', size))).toEqual([
      '{"a":"ü"}',
      '{"b":"🌍"}\r',
      '{"c":1}',
    ]);
  });
});

describe('what has no end', () => {
  it.each([
    ['a line of NDJSON', () => all(lines(endless, 65_536))],
    ['an event', () => all(sse(`data: ${endless}`, 65_536))],
    ['an event of many lines', () => all(sse(`data: ${'x'.repeat(1_000)}\n`.repeat(1_100), 65_536))],
    ['a JSON answer in place of a stream', () => all(sse(endless, 65_536, 'application/json'))],
  ])('is refused: %s', async (_, read) => {
    await expect(read()).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
  });

  it('what came before it is kept', async () => {
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { data } of sse(`data: 1\n\ndata: ${endless}`, 65_536)) seen.push(data);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
    expect(seen).toEqual(['1']);
  });
});
