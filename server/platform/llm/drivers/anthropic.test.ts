import { afterEach, describe, expect, it } from 'vitest';
import { createFakeLlm, type FakeLlm } from '../../../../test/fake-llm/server.ts';
import { providerContract } from '../contract.ts';
import type { LlmProvider, LlmRequest } from '../driver.ts';
import { createAnthropicProvider } from './anthropic.ts';

providerContract({
  name: 'Anthropic',
  kind: 'anthropic',
  open: createAnthropicProvider,
  model: 'claude-sonnet-4-6',
  commandsTools: true,
  detailedUsage: true,
  forward: { path: '/v1/messages', body: { max_tokens: 50 } },
});

describe('the Messages API’s own rules', () => {
  const never = new AbortController().signal;
  const opened: (FakeLlm | LlmProvider)[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });

  async function sentBody(over: Partial<LlmRequest>) {
    const fake = await createFakeLlm();
    const provider = createAnthropicProvider(
      { id: 'anthropic', name: 'Anthropic', kind: 'anthropic', baseUrl: `${fake.url}/v1/`, apiKey: 'sk-ant-1' },
      { userAgent: 'carrel/test', timeouts: { connectMs: 1_000, firstByteMs: 2_000, idleMs: 2_000 } },
    );
    opened.push(provider, fake);
    const request = { model: 'claude-sonnet-4-6', messages: [{ role: 'user' as const, content: 'Hi' }], ...over };
    for await (const event of provider.stream(request, never)) expect(event).toBeDefined();
    return fake.requests[0];
  }

  it('sends the key, the version and a limit of its own', async () => {
    const request = await sentBody({});
    expect(request?.headers).toMatchObject({ 'x-api-key': 'sk-ant-1', 'anthropic-version': '2023-06-01' });
    expect(request?.body['max_tokens']).toBe(16_384);
  });

  it('puts the system text apart, leaves out the empty, and lets the user begin', async () => {
    const request = await sentBody({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'assistant', content: 'Cut off from its question.' },
        { role: 'user', content: 'First' },
        { role: 'assistant', content: '' },
        { role: 'user', content: 'Second' },
      ],
    });
    expect(request?.body).toMatchObject({
      system: 'Be brief.',
      messages: [
        { role: 'user', content: 'First' },
        { role: 'user', content: 'Second' },
      ],
    });
  });

  it('keeps the options within what is taken', async () => {
    const options = { temperature: 1.7, top_p: 0.5, stop: ['\n', 'END'], seed: 4, max_tokens: 9 };
    const body = (await sentBody({ options }))?.body;
    expect(body).toMatchObject({ temperature: 1, stop_sequences: ['END'], max_tokens: 9 });
    expect(body).not.toHaveProperty('top_p');
    expect(body).not.toHaveProperty('seed');
  });

  it.each([
    ['claude-sonnet-4-6', 'high', { type: 'adaptive', display: 'summarized' }, { effort: 'high' }],
    ['claude-haiku-4-5-20251001', 'low', { type: 'enabled', budget_tokens: 2_048 }, undefined],
    ['claude-haiku-4-5-20251001', 'high', { type: 'enabled', budget_tokens: 3_999 }, undefined],
    ['claude-sonnet-4-6', 'none', { type: 'disabled' }, undefined],
  ] as const)('lets %s think with effort %s as it can', async (model, reasoningEffort, thinking, output) => {
    const body = (await sentBody({ model, reasoningEffort, options: { max_tokens: 4_000, top_p: 0.5 } }))?.body;
    expect(body).toMatchObject({ thinking });
    expect(body?.['output_config']).toEqual(output);
    expect('top_p' in (body ?? {})).toBe(reasoningEffort === 'none');
  });

  it.each([
    ['', []],
    [', with the pictures that a tool gave', [{ role: 'user', content: 'These are the pictures.' } as const]],
  ])('does not let a model think in the middle of a round that began without%s', async (_, pictures) => {
    const toolCalls = [{ id: 'toolu_1', name: 'look', arguments: '{}' }];
    const request = await sentBody({
      model: 'claude-haiku-4-5-20251001',
      reasoningEffort: 'high',
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: '', toolCalls },
        { role: 'tool', toolCallId: 'toolu_1', content: 'Seen.' },
        ...pictures,
      ],
    });
    expect(request?.body).not.toHaveProperty('thinking');
  });

  it('does not let a model think where it is to go on with its own words, whatever instructions come after them', async () => {
    const request = await sentBody({
      model: 'claude-haiku-4-5-20251001',
      reasoningEffort: 'high',
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hel' },
        { role: 'system', content: 'Be brief.' },
      ],
    });
    expect(request?.body).not.toHaveProperty('thinking');
  });

  it('lists what models can do', async () => {
    const fake = await createFakeLlm({ models: { anthropic: ['claude-3-haiku', 'claude-sonnet-4-6'] } });
    const provider = createAnthropicProvider(
      { id: 'anthropic', name: 'Anthropic', kind: 'anthropic', baseUrl: fake.url },
      { userAgent: 'carrel/test', timeouts: { connectMs: 1_000, firstByteMs: 2_000, idleMs: 2_000 } },
    );
    opened.push(provider, fake);
    const common = { kind: 'chat', context_length: 200_000, vision: true, tools: true };
    expect(await provider.listModels(never)).toEqual([
      { name: 'claude-3-haiku', ...common, reasoning: false },
      { name: 'claude-sonnet-4-6', ...common, reasoning: true },
    ]);
  });
});
