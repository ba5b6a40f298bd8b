import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { LlmProvider, LlmRequest } from '../driver.ts';
import { collect } from '../messages.ts';
import { createGgufProvider, ggufFiles } from './gguf.ts';
import { loadLibrary } from './gguf/library.ts';
import { tinyGguf } from './gguf/tiny-model.fixture.ts';

const never = new AbortController().signal;
/** Where the optional package is, if it is not among Carrel's own. */
const place = process.env['NODE_LLAMA_CPP'];
const load = () => loadLibrary(place);
const installed = await load().then(
  () => true,
  () => false,
);

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function start(files: Record<string, Buffer | string>, loading = load) {
  const directory = await mkdtemp(join(tmpdir(), 'carrel-gguf-'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
  const provider: LlmProvider = createGgufProvider({ directory, load: loading });
  cleanups.push(
    () => provider.close(),
    () => rm(directory, { recursive: true }),
  );
  return { directory, provider };
}

const request: LlmRequest = {
  model: 'tiny',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'bees and books' },
  ],
  options: { temperature: 0, max_tokens: 12 },
};

describe('GGUF files', () => {
  it('are those of the folder that one can talk with', async () => {
    const { directory } = await start({
      'b.gguf': '',
      'a.GGUF': '',
      'mmproj-b.gguf': '',
      'c-00001-of-00002.gguf': '',
      'c-00002-of-00002.gguf': '',
      'notes.txt': '',
    });
    expect(await ggufFiles(directory)).toEqual(['a.GGUF', 'b.gguf', 'c-00001-of-00002.gguf']);
    expect(await ggufFiles(join(directory, 'nowhere'))).toEqual([]);
  });

  it('say how to install what they need', async () => {
    const { provider } = await start({ 'tiny.gguf': tinyGguf() }, () => loadLibrary('carrel-has-no-such-package'));
    const missing = { code: 'PROVIDER_UNREACHABLE', message: expect.stringContaining('npm install') };
    await expect(provider.listModels(never)).rejects.toMatchObject(missing);
    await expect(collect(provider.stream(request, never))).rejects.toMatchObject(missing);
  });

  it('outside of the folder are not opened', async () => {
    const { provider, directory } = await start({ 'tiny.gguf': '' });
    await symlink('/etc', join(directory, 'way'));
    for (const model of ['../tiny', 'way/passwd', '/etc/passwd', 'tiny.gguf', '']) {
      const asking = collect(provider.stream({ ...request, model }, never));
      await expect(asking).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    }
  });

  it('see no pictures', async () => {
    const { provider } = await start({ 'tiny.gguf': '' });
    const content = [{ type: 'image' as const, mediaType: 'image/png' as const, data: 'AAAA' }];
    const asking = collect(provider.stream({ ...request, messages: [{ role: 'user', content }] }, never));
    await expect(asking).rejects.toMatchObject({ message: expect.stringContaining('pictures') });
  });
});

// node-llama-cpp is an optional install of several hundred megabytes.
if (!installed) console.info('node-llama-cpp is not installed here: its tests with a real model do not run.');
else
  describe('a GGUF model in this process', () => {
    it('is listed, with its context', async () => {
      const { provider } = await start({ 'tiny.gguf': tinyGguf(), 'broken.gguf': 'No model.' });
      expect(await provider.listModels(never)).toEqual([
        { name: 'broken', kind: 'chat', vision: false, tools: false },
        { name: 'tiny', kind: 'chat', context_length: 512, vision: false, tools: false },
      ]);
    });

    it('writes the same words each time, within its limit', async () => {
      const { provider } = await start({ 'tiny.gguf': tinyGguf() });
      const [one, two] = await Promise.all([1, 2].map(() => collect(provider.stream(request, never))));
      expect(one?.text.split(' ')).toHaveLength(12);
      expect(one).toMatchObject({ finish: 'length', usage: { completion_tokens: 12 } });
      expect(one?.usage?.prompt_tokens).toBeGreaterThan(5);
      expect(two).toEqual(one);
    });

    it('ends with the reason of an abort, in the line and while it writes, and serves the next one', async () => {
      const { provider } = await start({ 'tiny.gguf': tinyGguf() });
      const stop = new AbortController();
      const long = { ...request, options: { max_tokens: 300 } };
      const reading = (async () => {
        for await (const event of provider.stream(long, stop.signal)) if (event.type === 'text') stop.abort('stopped');
      })();
      const waiting = collect(provider.stream(long, stop.signal));
      await Promise.all([reading, waiting].map((each) => expect(each).rejects.toBe('stopped')));
      for await (const event of provider.stream(long, never)) {
        expect(event.type).toBe('text');
        break;
      }
      expect((await collect(provider.stream(request, never))).finish).toBe('length');
    });

    it('holds to a schema', async () => {
      const { provider } = await start({ 'tiny.gguf': tinyGguf() });
      const schema = { type: 'object', properties: { book: { type: 'boolean' } }, required: ['book'] };
      const responseFormat = { type: 'json_schema' as const, name: 'x', schema };
      const options = { temperature: 0, max_tokens: 60 };
      const { text } = await collect(provider.stream({ ...request, options, responseFormat }, never));
      expect(text).toMatch(/^\s*\{\s*"book"\s*:\s*(?:true|false)/);
    });

    it('makes vectors', async () => {
      const { provider } = await start({ 'tiny.gguf': tinyGguf() });
      const { vectors, usage } = (await provider.embed?.({ model: 'tiny', input: ['bees', 'books'] }, never)) ?? {};
      expect(vectors?.map(({ length }) => length)).toEqual([32, 32]);
      expect(usage?.prompt_tokens).toBeGreaterThan(1);
    });

    it('says that a file is damaged, and goes on with the next', async () => {
      const { provider } = await start({ 'tiny.gguf': tinyGguf(), 'broken.gguf': 'No model.' });
      const asking = collect(provider.stream({ ...request, model: 'broken' }, never));
      await expect(asking).rejects.toMatchObject({
        code: 'PROVIDER_ERROR',
        message: expect.stringContaining('damaged'),
      });
      expect((await collect(provider.stream(request, never))).finish).toBe('length');
    });
  });
