import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTransformersProvider, findLibrary, transformersProviders } from './transformers.ts';
import { tinyEmbedder } from './transformers/tiny-model.fixture.ts';

const never = new AbortController().signal;
/** Where the optional package is, if it is not among Carrel's own. */
const library = process.env['TRANSFORMERS_JS'];
const installed = ((): boolean => {
  try {
    return findLibrary(library) !== '';
  } catch {
    return false;
  }
})();

const tiny = tinyEmbedder([
  ['car', 'automobile'],
  ['tomato', 'garden'],
  ['the', 'a', 'is'],
]);

async function start(models: Record<string, Record<string, Buffer | string>>, from = library) {
  const directory = await mkdtemp(join(tmpdir(), 'carrel-onnx-'));
  for (const [model, files] of Object.entries(models))
    for (const [file, content] of Object.entries(files)) {
      await mkdir(dirname(join(directory, model, file)), { recursive: true });
      await writeFile(join(directory, model, file), content);
    }
  const provider = createTransformersProvider({ directory, library: from });
  onTestFinished(async () => {
    await provider.close();
    await rm(directory, { recursive: true });
  });
  return { directory, provider };
}

describe('models that make vectors here', () => {
  it('are folders with a configuration and weights, alone or of an owner', async () => {
    const { directory } = await start({ 'owner/tiny': tiny, plain: tiny, 'no-weights': { 'config.json': '{}' } });
    expect(await transformersProviders(join(directory, 'nowhere'))).toEqual([]);
    expect(await transformersProviders(directory)).toHaveLength(1);
  });

  it('say how to install what they need', async () => {
    const { provider } = await start({ tiny }, 'carrel-has-no-such-package');
    const error = {
      code: 'PROVIDER_UNREACHABLE',
      message: expect.stringContaining('npm install --no-save @huggingface') as string,
    };
    await expect(provider.listModels(never)).rejects.toMatchObject(error);
    await expect(provider.embed?.({ model: 'tiny', input: ['car'] }, never)).rejects.toMatchObject(error);
  });
});

describe.runIf(installed)('with transformers.js', () => {
  it('makes vectors of length 1 in a thread, the same for a text whatever stands beside it', async () => {
    const { provider } = await start({ 'owner/tiny': tiny });
    expect(await provider.listModels(never)).toEqual([
      { name: 'owner/tiny', kind: 'embedding', context_length: 128, vision: false, tools: false },
    ]);
    const input = ['The car', 'the automobile', 'a tomato garden is a garden'];
    const { vectors = [] } = (await provider.embed?.({ model: 'owner/tiny', input }, never)) ?? {};
    const dot = (a: readonly number[] = [], b: readonly number[] = []) =>
      a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
    expect(vectors.map((vector) => vector.length)).toEqual([16, 16, 16]);
    for (const vector of vectors) expect(dot(vector, vector)).toBeCloseTo(1, 4);
    expect(dot(vectors[0], vectors[1])).toBeGreaterThan(0.99);
    expect(dot(vectors[0], vectors[2])).toBeLessThan(0.9);
    const alone = await provider.embed?.({ model: 'owner/tiny', input: input.slice(0, 1) }, never);
    expect(dot(alone?.vectors[0], vectors[0])).toBeCloseTo(1, 4);
  });

  it('changes from one model to another, and says what is wrong with one that is broken', async () => {
    const wide = tinyEmbedder([['car']], 24);
    const { provider } = await start({ tiny, wide, broken: { ...tiny, 'onnx/model.onnx': 'nothing' } });
    const width = async (model: string) =>
      (await provider.embed?.({ model, input: ['car'] }, never))?.vectors[0]?.length;
    expect(await width('tiny')).toBe(16);
    expect(await width('wide')).toBe(24);
    await expect(width('broken')).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
    expect(await width('tiny')).toBe(16);
    await expect(width('../tiny')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });
});
