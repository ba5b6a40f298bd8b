import { afterEach, describe, expect, it } from 'vitest';
import { createFakeLlm, type FakeLlm, type FakeOptions } from '../../../../test/fake-llm/server.ts';
import { providerContract } from '../contract.ts';
import type { LlmEvent, LlmProvider } from '../driver.ts';
import type { ProviderSettings } from '../http.ts';
import { readModelList } from './openai-models.ts';
import { createOpenAiProvider } from './openai.ts';

const subject = {
  open: createOpenAiProvider,
  model: 'gpt-4o',
  embeddingModel: 'text-embedding-3-small',
  commandsTools: true,
  detailedUsage: true,
  forward: { path: '/chat/completions', body: {} },
};
providerContract({ ...subject, name: 'OpenAI', kind: 'openai', path: '/v1' });
providerContract({ ...subject, name: 'an OpenAI-compatible server', kind: 'openai-compatible', path: '/v1/' });
providerContract({ ...subject, name: 'LM Studio', kind: 'lmstudio' });

const http = { userAgent: 'carrel/test', timeouts: { connectMs: 1_000, firstByteMs: 2_000, idleMs: 2_000 } };
const never = new AbortController().signal;
const opened: (FakeLlm | LlmProvider)[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function start(kind: ProviderSettings['kind'], path = '/v1', options: FakeOptions = {}) {
  const fake = await createFakeLlm(options);
  const provider = createOpenAiProvider({ id: 'x', name: 'X', kind, baseUrl: `${fake.url}${path}` }, http);
  opened.push(provider, fake);
  return { fake, provider };
}

async function ask(provider: LlmProvider, options = {}) {
  const events: LlmEvent[] = [];
  const messages = [{ role: 'user' as const, content: 'Hi' }];
  for await (const event of provider.stream({ model: 'gpt-4o', messages, options }, never)) events.push(event);
  return events;
}

describe('what differs among OpenAI’s relatives', () => {
  it.each([
    ['openai', 'max_completion_tokens'],
    ['openai-compatible', 'max_tokens'],
  ] as const)('limits %s by %s', async (kind, field) => {
    const { fake, provider } = await start(kind);
    await ask(provider, { max_tokens: 5, seed: 9 });
    expect(fake.requests[0]?.body).toMatchObject({ [field]: 5, seed: 9, stream_options: { include_usage: true } });
  });

  it('asks again without the fields that a server or a model does not take', async () => {
    const { fake, provider } = await start('openai-compatible');
    fake.script({ refuseParameters: ['stream_options', 'temperature'] });
    const events = await ask(provider, { temperature: 0.1, top_p: 0.9 });
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
    expect(fake.requests).toHaveLength(3);
    expect(fake.requests[2]?.body).toMatchObject({ top_p: 0.9 });
    expect(fake.requests[2]?.body).not.toHaveProperty('temperature');
  });

  it('does not hide other refusals behind that', async () => {
    const { fake, provider } = await start('openai-compatible');
    fake.script({ refuseParameters: ['messages'] });
    await expect(ask(provider)).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
    expect(fake.requests).toHaveLength(1);
  });

  it('takes a bare address for one with /v1', async () => {
    const { fake, provider } = await start('openai-compatible', '');
    await ask(provider);
    expect(fake.requests[0]?.path).toBe('/v1/chat/completions');
  });

  it('reads an answer of a server that does not stream', async () => {
    const { fake, provider } = await start('openai-compatible');
    const message = { role: 'assistant', content: 'All at once.' };
    const body = JSON.stringify({ choices: [{ message, finish_reason: 'stop' }], usage: { prompt_tokens: 1 } });
    fake.script({ status: 200, body });
    expect(await ask(provider)).toEqual([
      { type: 'text', text: 'All at once.' },
      { type: 'usage', usage: { prompt_tokens: 1, completion_tokens: 0, total_tokens: 1 } },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  it('reads tool calls of servers that leave out indices, ids and arguments', async () => {
    const { fake, provider } = await start('openai-compatible');
    const tool_calls = [{ function: { name: 'a' } }, { id: 'x', function: { name: 'b', arguments: '{"c":1}' } }];
    const body = JSON.stringify({ choices: [{ message: { tool_calls }, finish_reason: 'stop' }] });
    fake.script({ status: 200, body });
    expect(await ask(provider)).toEqual([
      { type: 'tool_call', index: 0, id: expect.stringMatching(/^call_/), name: 'a' },
      { type: 'tool_call', index: 1, id: 'x', name: 'b' },
      { type: 'tool_arguments', index: 1, text: '{"c":1}' },
      { type: 'tool_arguments', index: 0, text: '{}' },
      { type: 'finish', reason: 'tool_calls' },
    ]);
    fake.script({
      status: 200,
      body: JSON.stringify({ choices: [{ message: { tool_calls: [{ index: 0 }, null] } }] }),
    });
    await expect(ask(provider)).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
  });

  it('explains a web page in place of an answer', async () => {
    const { fake, provider } = await start('openai-compatible');
    fake.script({ status: 200, body: '<html>', headers: { 'content-type': 'text/html' } });
    await expect(ask(provider)).rejects.toMatchObject({
      code: 'PROVIDER_ERROR',
      detail: expect.stringContaining('web page'),
    });
  });
});

describe('recordings', () => {
  const bytes = Buffer.from('RIFF');
  const file = { bytes, filename: 'täst.wav', type: 'audio/wav' };

  it.each([
    ['json', 'Heard 4 bytes of täst.wav.'],
    ['verbose_json', 'Heard 4 bytes of täst.wav.'],
    ['text', 'Heard 4 bytes of täst.wav.'],
    ['vtt', 'WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHeard 4 bytes of täst.wav.'],
  ] as const)('become text in the format %s', async (format, text) => {
    const { fake, provider } = await start('openai-compatible');
    const request = { model: 'whisper-1', file, format, language: 'de', prompt: 'Carrel' };
    expect(await provider.transcribe?.(request, never)).toMatchObject({ text, body: expect.stringContaining('Heard') });
    expect(fake.requests[0]?.body).toEqual({
      file: { name: 'täst.wav', type: 'audio/wav', bytes: 4 },
      model: 'whisper-1',
      response_format: format,
      language: 'de',
      prompt: 'Carrel',
    });
  });

  it('need a model that hears', async () => {
    const { provider } = await start('openai');
    const asking = provider.transcribe?.({ model: 'no-such-model', file }, never);
    await expect(asking).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    expect((await start('lmstudio')).provider.transcribe).toBeUndefined();
  });
});

describe('listing models', () => {
  it('prefers LM Studio’s own listing', async () => {
    const models = { openai: ['gemma', 'nomic-embed'] };
    const { provider } = await start('lmstudio', '/v1', { lmStudio: true, models });
    expect(await provider.listModels(never)).toEqual([
      { name: 'gemma', kind: 'chat', context_length: 8_192, tools: true },
      { name: 'nomic-embed', kind: 'embedding', context_length: 8_192, tools: true },
    ]);
  });

  it('reads what different servers say', () => {
    const data = [
      { id: 'vllm', max_model_len: 4_096 },
      {
        id: 'router',
        context_length: 9,
        architecture: { input_modalities: ['image'] },
        supported_parameters: ['tools'],
      },
      { id: 'llama', meta: { n_ctx_train: 7 } },
      { id: 'BAAI/bge-m3' },
      { name: 'nameless' },
      null,
    ];
    expect(readModelList({ data }, 'openai-compatible')).toEqual([
      { name: 'vllm', kind: 'chat', context_length: 4_096 },
      { name: 'router', kind: 'chat', context_length: 9, vision: true, tools: true },
      { name: 'llama', kind: 'chat', context_length: 7 },
      { name: 'BAAI/bge-m3', kind: 'embedding' },
    ]);
    expect(readModelList({ models: [] }, 'openai')).toBeUndefined();
  });

  it('knows the models that OpenAI only names', () => {
    const data = ['gpt-4o', 'o3-mini', 'gpt-5-chat-latest', 'text-embedding-3-small', 'new-one'].map((id) => ({ id }));
    expect(readModelList({ data }, 'openai')).toEqual([
      { name: 'gpt-4o', kind: 'chat', context_length: 128_000, vision: true, tools: true },
      { name: 'o3-mini', kind: 'chat', context_length: 200_000, tools: true, reasoning: true },
      { name: 'gpt-5-chat-latest', kind: 'chat', context_length: 128_000, vision: true, tools: true },
      { name: 'text-embedding-3-small', kind: 'embedding' },
      { name: 'new-one', kind: 'chat' },
    ]);
    const aggregated = { id: 'openai/gpt-5', context_length: 300_000, supported_parameters: ['reasoning'] };
    expect(readModelList({ data: [aggregated] }, 'openai-compatible')).toEqual([
      { name: 'openai/gpt-5', kind: 'chat', context_length: 300_000, vision: true, tools: true, reasoning: true },
    ]);
  });

  it('leaves out of OpenAI’s listing what does not chat', () => {
    const data = ['gpt-4o', 'whisper-1', 'dall-e-3', 'gpt-4o-realtime-preview', 'o3-mini'].map((id) => ({ id }));
    expect(readModelList({ data }, 'openai')?.map(({ name }) => name)).toEqual(['gpt-4o', 'o3-mini']);
  });
});
