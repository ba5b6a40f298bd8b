import { afterEach, describe, expect, it } from 'vitest';
import { createFakeLlm, type FakeLlm } from '../../../../test/fake-llm/server.ts';
import { providerContract } from '../contract.ts';
import type { LlmProvider, PullProgress } from '../driver.ts';
import { collect } from '../messages.ts';
import { createOllamaProvider } from './ollama.ts';

providerContract({
  name: 'Ollama',
  kind: 'ollama',
  open: createOllamaProvider,
  model: 'llama3.2:latest',
  embeddingModel: 'nomic-embed-text',
  commandsTools: false,
  detailedUsage: false,
  forward: { path: '/api/chat', body: { stream: false } },
});

describe('Ollama’s own ways', () => {
  const never = new AbortController().signal;
  const opened: (FakeLlm | LlmProvider)[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });

  async function start(path = '', models?: string[]) {
    const fake = await createFakeLlm(models ? { models: { ollama: models } } : {});
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

  it('knows which models see and think, and asks those that think as they understand it', async () => {
    const { fake, provider } = await start('', ['gpt-oss:20b', 'qwen3-vl:latest']);
    const common = { kind: 'chat', context_length: 131_072, tools: true };
    expect(await provider.listModels(never)).toEqual([
      { name: 'gpt-oss:20b', ...common, reasoning: true },
      { name: 'qwen3-vl:latest', ...common, vision: true, reasoning: true },
    ]);
    const thinks = async (model: string, reasoningEffort: 'none' | 'high') => {
      const messages = [{ role: 'user' as const, content: 'Hi' }];
      await collect(provider.stream({ model, messages, reasoningEffort }, never));
      return fake.requests.at(-1)?.body['think'];
    };
    expect(await thinks('gpt-oss:20b', 'high')).toBe('high');
    expect(await thinks('gpt-oss:20b', 'none')).toBe('low');
    expect(await thinks('qwen3-vl', 'high')).toBe(true);
    expect(await thinks('qwen3-vl', 'none')).toBe(false);
  });

  describe('its models', () => {
    const pull = async (provider: LlmProvider, model: string, signal = never): Promise<PullProgress[]> => {
      const seen: PullProgress[] = [];
      for await (const progress of provider.manage?.pull(model, signal) ?? []) seen.push(progress);
      return seen;
    };

    it('are loaded with progress, shown, run and removed', async () => {
      const { provider } = await start();
      const progress = await pull(provider, 'qwen3:0.6b');
      expect(progress[0]).toEqual({ status: 'pulling manifest' });
      expect(progress.flatMap(({ completed = [] }) => completed)).toEqual([1_000, 2_500, 4_000]);
      expect(progress.at(-1)).toEqual({ status: 'success' });
      expect((await provider.listModels(never)).map(({ name }) => name)).toContain('qwen3:0.6b');
      expect(await provider.manage?.show('qwen3:0.6b', never)).toEqual({
        name: 'qwen3:0.6b',
        family: 'llama',
        parameter_size: '3.2B',
        quantization: 'Q4_K_M',
        context_length: 131_072,
        capabilities: ['completion', 'tools', 'thinking'],
        license: 'MIT',
      });
      expect(await provider.manage?.running(never)).toEqual([]);
      await collect(provider.stream({ model: 'qwen3:0.6b', messages: [{ role: 'user', content: 'Hi' }] }, never));
      expect(await provider.manage?.running(never)).toEqual([
        {
          name: 'qwen3:0.6b',
          size: 3_000_000_000,
          size_vram: 2_500_000_000,
          expires_at: Date.parse('2026-01-01T00:05:00Z'),
        },
      ]);
      await provider.manage?.remove('qwen3:0.6b', never);
      expect((await provider.listModels(never)).map(({ name }) => name)).not.toContain('qwen3:0.6b');
    });

    it('that are not there are said so', async () => {
      const { provider } = await start();
      const missing = { code: 'MODEL_NOT_FOUND', details: { model_name: 'no-such' } };
      await expect(pull(provider, 'no-such')).rejects.toMatchObject(missing);
      await expect(provider.manage?.show('no-such', never)).rejects.toMatchObject(missing);
      await expect(provider.manage?.remove('no-such', never)).rejects.toMatchObject(missing);
    });

    it('stop loading when nobody wants them any more', async () => {
      const { fake, provider } = await start();
      fake.script({ fault: { kind: 'stall', after: 3 } });
      const stop = new AbortController();
      const loading = (async () => {
        for await (const { completed } of provider.manage?.pull('big', stop.signal) ?? []) {
          if (completed !== undefined) stop.abort('enough');
        }
      })();
      await expect(loading).rejects.toBe('enough');
      await fake.requests.at(-1)?.ended;
      expect(fake.requests.at(-1)?.closedEarly).toBe(true);
      fake.script({ fault: { kind: 'end', after: 3 } });
      await expect(pull(provider, 'big')).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
    });
  });
});
