import Anthropic from '@anthropic-ai/sdk';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { createFakeLlm, type FakeLlm, type FakeOptions } from './server.ts';

const open: FakeLlm[] = [];
const start = async (options?: FakeOptions): Promise<FakeLlm> => {
  const fake = await createFakeLlm(options);
  open.push(fake);
  return fake;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

const ask = [{ role: 'user' as const, content: 'Grüße, Welt' }];
const weather = { name: 'get_weather', arguments: { city: 'Zürich', days: 3 } };

describe('the OpenAI protocol, read by the openai package', () => {
  const client = (fake: FakeLlm, apiKey = 'sk-right') =>
    new OpenAI({ baseURL: `${fake.url}/v1`, apiKey, maxRetries: 0 });

  it('lists models', async () => {
    const page = await client(await start()).models.list();
    expect(page.data.map((model) => model.id)).toEqual(['gpt-4o', 'gpt-4o-mini', 'text-embedding-3-small']);
  });

  it('answers at once and in a stream', async () => {
    const openai = client(await start());
    const whole = await openai.chat.completions.create({ model: 'gpt-4o', messages: ask });
    expect(whole.choices[0]?.message.content).toBe('You said: Grüße, Welt');
    expect(whole.usage).toEqual({ prompt_tokens: 2, completion_tokens: 4, total_tokens: 6 });

    const stream = await openai.chat.completions.create({
      model: 'gpt-4o',
      messages: ask,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let finish: string | null | undefined;
    let usage: unknown;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      finish = chunk.choices[0]?.finish_reason ?? finish;
      usage = chunk.usage ?? usage;
    }
    expect({ text, finish, usage }).toEqual({ text: 'You said: Grüße, Welt', finish: 'stop', usage: whole.usage });
  });

  it.each([false, true])('calls tools in a stream (arguments whole: %s)', async (wholeCall) => {
    const fake = await start();
    fake.script({ toolCall: { ...weather, whole: wholeCall } });
    const runner = client(fake).chat.completions.stream({ model: 'gpt-4o', messages: ask });
    const completion = await runner.finalChatCompletion();
    const call = completion.choices[0]?.message.tool_calls?.[0];
    expect(completion.choices[0]?.finish_reason).toBe('tool_calls');
    expect(call?.type === 'function' && JSON.parse(call.function.arguments)).toEqual(weather.arguments);
  });

  it('refuses in its own shape', async () => {
    const fake = await start({ apiKey: 'sk-right' });
    await expect(client(fake, 'sk-wrong').models.list()).rejects.toMatchObject({
      status: 401,
      code: 'invalid_api_key',
      type: 'authentication_error',
    });
    const unknown = client(fake).chat.completions.create({ model: 'gpt-9', messages: ask });
    await expect(unknown).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    fake.script({ status: 429, message: 'Slow down.' });
    await expect(client(fake).chat.completions.create({ model: 'gpt-4o', messages: ask })).rejects.toThrow(/Slow down/);
  });
});

describe('the Anthropic protocol, read by @anthropic-ai/sdk', () => {
  const client = (fake: FakeLlm, apiKey = 'sk-ant') => new Anthropic({ baseURL: fake.url, apiKey, maxRetries: 0 });
  const request = { model: 'claude-sonnet-4-6', max_tokens: 100, messages: ask };

  it('lists models', async () => {
    const page = await client(await start()).models.list();
    expect(page.data.map((model) => model.id)).toEqual(['claude-sonnet-4-6', 'claude-haiku-4-5-20251001']);
  });

  it('answers at once and in a stream, with thinking and a tool', async () => {
    const fake = await start();
    fake.script({ reasoning: ['Hm, ', 'well.'], text: ['Let me ', 'see.'], toolCall: weather });
    const anthropic = client(fake);
    const streamed = await anthropic.messages.stream(request).finalMessage();
    expect(streamed.content).toMatchObject([
      { type: 'thinking', thinking: 'Hm, well.' },
      { type: 'text', text: 'Let me see.' },
      { type: 'tool_use', name: 'get_weather', input: weather.arguments },
    ]);
    expect(streamed.stop_reason).toBe('tool_use');
    expect(streamed.usage).toMatchObject({ input_tokens: 2, output_tokens: 4 });
    const whole = await anthropic.messages.create(request);
    expect(whole.content).toEqual(streamed.content);
  });

  it('refuses in its own shape, also in the middle of a stream', async () => {
    const fake = await start({ apiKey: 'sk-ant' });
    await expect(client(fake, 'no').messages.create(request)).rejects.toMatchObject({
      status: 401,
      error: { type: 'error', error: { type: 'authentication_error' } },
    });
    fake.script({ text: ['one ', 'two'], fault: { kind: 'error', after: 1 } });
    await expect(client(fake).messages.stream(request).finalMessage()).rejects.toThrow(/overheated/);
  });
});

describe('the Ollama protocol, read by the ollama package', () => {
  const client = (fake: FakeLlm) => new Ollama({ host: fake.url });

  it('lists and shows models', async () => {
    const ollama = client(await start());
    const { models } = await ollama.list();
    expect(models.map((model) => model.name)).toEqual(['llama3.2:latest', 'nomic-embed-text:latest']);
    expect(await ollama.show({ model: 'llama3.2' })).toMatchObject({ capabilities: ['completion', 'tools'] });
    expect((await ollama.version()).version).toMatch(/^\d/);
  });

  it('answers at once and in a stream, with thinking and a tool', async () => {
    const fake = await start();
    fake.script({ reasoning: ['Hm, ', 'well.'], text: ['Let me ', 'see.'], toolCall: weather });
    const ollama = client(fake);
    const seen = { thinking: '', content: '', calls: [] as unknown[] };
    let last;
    for await (const part of await ollama.chat({ model: 'llama3.2', messages: ask, stream: true })) {
      seen.thinking += part.message.thinking ?? '';
      seen.content += part.message.content;
      seen.calls.push(...(part.message.tool_calls ?? []));
      last = part;
    }
    expect(seen).toEqual({
      thinking: 'Hm, well.',
      content: 'Let me see.',
      calls: [{ id: 'call_fake', function: { index: 0, name: weather.name, arguments: weather.arguments } }],
    });
    expect(last).toMatchObject({ done: true, prompt_eval_count: 2, eval_count: 4 });
    const whole = await ollama.chat({ model: 'llama3.2', messages: ask });
    expect(whole.message.content).toBe(seen.content);
  });

  it('refuses in its own shape', async () => {
    const ollama = client(await start());
    await expect(ollama.chat({ model: 'nothing', messages: ask })).rejects.toThrow("model 'nothing' not found");
  });
});

describe('what can be arranged', () => {
  const body = JSON.stringify({ model: 'gpt-4o', stream: true, messages: ask });
  const post = (fake: FakeLlm, signal?: AbortSignal) =>
    fetch(`${fake.url}/v1/chat/completions`, { method: 'POST', body, ...(signal && { signal }) });

  it.each([
    'Use these:\n\n[1] Bees sleep\nat night.\n\n[2] Other.\n\nWhen do bees sleep?',
    'Cite like [1].\n<passage number="1" file="bees.pdf" page="3">\nBees sleep\nat night.\n</passage>\n<passage number="2">\nOther.\n</passage>',
  ])('cites the first passage that the prompt numbers: %j', async (content) => {
    const fake = await start();
    const openai = new OpenAI({ baseURL: `${fake.url}/v1`, apiKey: 'x' });
    const reply = await openai.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content }] });
    expect(reply.choices[0]?.message.content).toBe('According to your documents: Bees sleep at night. [1].');
  });

  it('splits every byte and still says the same', async () => {
    const fake = await start();
    const plain = await (await post(fake)).text();
    fake.script({ splitBytes: 1 });
    expect(await (await post(fake)).text()).toBe(plain);
  });

  it('fails as often as it is told, then answers', async () => {
    const fake = await start();
    fake.script({ failFirst: { times: 2, status: 503 } });
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await post(fake)).status);
    expect(statuses).toEqual([503, 503, 200]);
  });

  it('keeps a stalled request open until the client leaves, and records that', async () => {
    const fake = await start();
    fake.script({ text: ['one ', 'two'], fault: { kind: 'stall', after: 1 } });
    const leave = new AbortController();
    const response = await post(fake, leave.signal);
    expect(response.status).toBe(200);
    leave.abort();
    await fake.requests[0]?.ended;
    expect(fake.requests).toMatchObject([{ method: 'POST', path: '/v1/chat/completions', closedEarly: true }]);
    expect(fake.requests[0]?.body).toMatchObject({ model: 'gpt-4o' });
  });

  it('drops the connection in the middle', async () => {
    const fake = await start();
    fake.script({ text: ['one ', 'two'], fault: { kind: 'reset', after: 1 } });
    const response = await post(fake);
    await expect(response.text()).rejects.toThrow();
  });
});
