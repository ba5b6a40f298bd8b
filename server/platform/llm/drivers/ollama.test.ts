import { afterEach, describe, expect, it } from 'vitest';
import { createFakeLlm, type FakeLlm } from '../../../../test/fake-llm/server.ts';
import { providerContract } from '../contract.ts';
import type { LlmProvider } from '../driver.ts';
import { createOllamaProvider } from './ollama.ts';

providerContract({
  name: 'Ollama',
  kind: 'ollama',
  open: createOllamaProvider,
  createFake: createFakeLlm,
  model: 'llama3.2:latest',
});

describe('Ollama’s own ways', () => {
  const never = new AbortController().signal;
  const opened: (FakeLlm | LlmProvider)[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });

  async function start(path = '') {
    const fake = await createFakeLlm();
    const provider = createOllamaProvider(
      { id: 'ollama', name: 'Ollama', kind: 'ollama', baseUrl: `${fake.url}${path}` },
      { userAgent: 'carrel/test', timeouts: { connectMs: 1_000, firstByteMs: 2_000, idleMs: 2_000 } },
    );
    opened.push(provider, fake);
    return { fake, provider };
  }

  it('knows kinds, tools and context lengths, and asks about each model once', async () => {
    const { fake, provider } = await start('/api');
    const models = await provider.listModels(never);
    expect(models).toEqual([
      { name: 'llama3.2:latest', kind: 'chat', context_length: 131_072, tools: true },
      { name: 'nomic-embed-text:latest', kind: 'embedding', context_length: 2_048 },
    ]);
    expect(await provider.listModels(never)).toEqual(models);
    expect(fake.requests.filter(({ path }) => path === '/api/show')).toHaveLength(2);
  });

  it.each([
    [100, undefined],
    [9_000, undefined],
    [12_000, 8_192],
    [60_000, 32_768],
    [600_000, 32_768],
  ])('asks for enough context for %i characters', async (characters, expected) => {
    const { fake, provider } = await start();
    const messages = [{ role: 'user' as const, content: 'x'.repeat(characters) }];
    for await (const event of provider.stream({ model: 'llama3.2', messages }, never)) expect(event).toBeDefined();
    const options = fake.requests[0]?.body['options'] as { num_ctx?: number } | undefined;
    expect(options?.num_ctx).toBe(expected);
  });
});
