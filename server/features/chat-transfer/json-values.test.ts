import { describe, expect, it } from 'vitest';
import { jsonValues, type JsonValue } from './json-values.ts';

async function* inChunks(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, size: number, maxBytes = 1_000): Promise<JsonValue[]> {
  const all: JsonValue[] = [];
  for await (const value of jsonValues(inChunks(text, size), maxBytes)) all.push(value);
  return all;
}

describe('the values of a JSON file, as they come', () => {
  const hard = [{ 'a"]': ['\\', '\\"', '}{', ',]'] }, [], {}, 'ünï 🎈 "quoted" \\', -1.5e3, null, [[['x']], { y: {} }]];
  const lists = [hard, [], [1], [[]]];

  it.each([1, 2, 3, 7, 64_000])('are those of the whole, in chunks of %i bytes', async (size) => {
    for (const list of lists)
      for (const text of [JSON.stringify(list), `\ufeff ${JSON.stringify(list, null, 2)}\r\n`])
        expect(await read(text, size)).toEqual(list.map((value) => ({ value })));
    expect(await read(' {"a":[1,2]}\n', size)).toEqual([{ value: { a: [1, 2] } }]);
  });

  it('are read on past one that is too large, or wrong', async () => {
    const large = { text: 'x,]'.repeat(100) };
    for (const size of [1, 50, 1_000])
      expect(await read(`[1, ${JSON.stringify(large)}, nothing, 2]`, size, 100)).toEqual([
        { value: 1 },
        { reason: 'It is larger than 0 MB.' },
        { reason: 'It is not valid JSON.' },
        { value: 2 },
      ]);
  });

  it.each(['', ' ', '[', '[1', '[1,{"a":2}', '["', '{', '{"a"', `{"a":"${'x'.repeat(2_000)}"}`, 'words'])(
    'are refused where they have no end, or are none: %s',
    async (text) => {
      for (const size of [1, 1_000])
        await expect(read(text, size)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    },
  );
});
