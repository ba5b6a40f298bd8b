import Anthropic from '@anthropic-ai/sdk';
import { Ollama } from 'ollama';
import OpenAI, { toFile } from 'openai';
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

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/q842iQAAAABJRU5ErkJggg==';
const shown = Buffer.from(pixel, 'base64').length;
const parameters = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] };

describe('more of the OpenAI protocol, by the openai package', () => {
  const start1 = async (options?: FakeOptions) => {
    const fake = await start(options);
    return { fake, client: new OpenAI({ baseURL: `${fake.url}/v1`, apiKey: 'x', maxRetries: 0 }) };
  };
  const tool = (name: string) => ({ type: 'function' as const, function: { name, parameters } });
  const tools = [tool('get_weather'), tool('get_news')];
  const model = 'gpt-4o';

  it('calls two tools at once, takes their results and answers', async () => {
    const { client } = await start1();
    const question = { role: 'user' as const, content: 'get_weather and get_news' };
    const stream = client.chat.completions.stream({ model, tools, messages: [question] });
    const turn = (await stream.finalChatCompletion()).choices[0]?.message;
    const calls = turn?.tool_calls ?? [];
    expect(calls.map((call) => call.type === 'function' && call.function)).toMatchObject([
      { name: 'get_weather', arguments: '{"city":"text"}' },
      { name: 'get_news', arguments: '{"city":"text"}' },
    ]);
    const results = calls.map(({ id }, at) => ({ role: 'tool' as const, tool_call_id: id, content: `Result ${at}` }));
    const messages = [question, ...(turn ? [turn] : []), ...results];
    const answer = await client.chat.completions.create({ model, tools, messages });
    expect(answer.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: 'The tools said: Result 0 | Result 1' },
    });
    const half = client.chat.completions.create({ model, tools, messages: messages.slice(0, -1) });
    await expect(half).rejects.toThrow(/must be followed by tool messages/);
    const stray = client.chat.completions.create({ model, messages: [question, ...results] });
    await expect(stray).rejects.toThrow(/must be a response to a preceding message/);
  });

  it('obeys the choice of a tool', async () => {
    const { client } = await start1();
    const messages = [{ role: 'user' as const, content: 'Hi' }];
    const named = await client.chat.completions.create({ model, tools, messages, tool_choice: tool('get_news') });
    expect(named.choices[0]?.message.tool_calls).toMatchObject([{ function: { name: 'get_news' } }]);
    const without = client.chat.completions.create({ model, messages, tool_choice: 'required' });
    await expect(without).rejects.toThrow(/only allowed when 'tools'/);
  });

  it('sees pictures, and refuses what is none', async () => {
    const { client } = await start1();
    const look = (url: string) =>
      client.chat.completions.create({
        model,
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Look' },
              { type: 'image_url', image_url: { url } },
            ],
          },
        ],
      });
    const seen = await look(`data:image/png;base64,${pixel}`);
    expect(seen.choices[0]?.message.content).toBe(`You said: Look (and showed: image/png of ${shown} bytes)`);
    await expect(look('data:image/tiff;base64,AAAA')).rejects.toThrow(/unsupported image/);
  });

  it('answers by a schema that is strict', async () => {
    const { client } = await start1();
    const answer = (schema: Record<string, unknown>) =>
      client.chat.completions.create({
        model,
        messages: [{ role: 'user', content: 'Hi' }],
        response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } },
      });
    const reply = await answer({ ...parameters, additionalProperties: false });
    expect(JSON.parse(reply.choices[0]?.message.content ?? '')).toEqual({ city: 'text' });
    await expect(answer(parameters)).rejects.toThrow(/additionalProperties/);
  });

  it('makes the same vectors as numbers and as base64', async () => {
    const { client } = await start1();
    const request = { model: 'text-embedding-3-small', input: ['bees sleep', 'bees'] };
    const packed = await client.embeddings.create(request);
    const plain = await client.embeddings.create({ ...request, encoding_format: 'float' });
    expect(packed.data[1]?.embedding).toHaveLength(64);
    const rounded = plain.data[1]?.embedding.map(Math.fround);
    expect([...(packed.data[1]?.embedding ?? [])]).toEqual(rounded);
    await expect(client.embeddings.create({ ...request, model })).rejects.toMatchObject({ status: 403 });
  });

  it('hears', async () => {
    const { client } = await start1();
    const file = await toFile(Buffer.from('RIFF'), 'note.wav', { type: 'audio/wav' });
    const heard = await client.audio.transcriptions.create({ model: 'whisper-1', file });
    expect(heard.text).toBe('Heard 4 bytes of note.wav.');
  });
});

describe('more of the Anthropic protocol, by @anthropic-ai/sdk', () => {
  const start2 = async () => {
    const fake = await start();
    return { fake, client: new Anthropic({ baseURL: fake.url, apiKey: 'x', maxRetries: 0 }) };
  };
  const request = { model: 'claude-sonnet-4-6', max_tokens: 4_000 };
  const tools = ['get_weather', 'get_news'].map((name) => ({ name, input_schema: parameters }));

  it('thinks, calls two tools, takes their results and answers', async () => {
    const { client, fake } = await start2();
    fake.script({ reasoning: ['Hm.'] });
    const thinking = { type: 'enabled' as const, budget_tokens: 2_000 };
    const question = { role: 'user' as const, content: 'get_weather and get_news' };
    const turn = await client.messages.stream({ ...request, tools, thinking, messages: [question] }).finalMessage();
    expect(turn.content.map(({ type }) => type)).toEqual(['thinking', 'tool_use', 'tool_use']);
    const results = turn.content.flatMap((block, at) =>
      block.type === 'tool_use'
        ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: `Result ${at}` }]
        : [],
    );
    const said: Anthropic.MessageParam = { role: 'assistant', content: turn.content };
    const go = (content: typeof results, assistant = said) =>
      client.messages.create({
        ...request,
        tools,
        thinking,
        messages: [question, assistant, { role: 'user', content }],
      });
    const answer = await go(results);
    expect(answer.content.at(-1)).toMatchObject({ type: 'text', text: 'The tools said: Result 1 | Result 2' });
    await expect(go(results.slice(1))).rejects.toThrow(/without `tool_result` blocks immediately after/);
    await expect(go(results, { ...said, content: turn.content.slice(1) })).rejects.toThrow(
      /must start with a thinking/,
    );
    const forged = turn.content.map((block) => (block.type === 'thinking' ? { ...block, signature: 'AAAA' } : block));
    await expect(go(results, { ...said, content: forged })).rejects.toThrow(/Invalid `signature`/);
  });

  it('sees pictures, answers by a schema and counts', async () => {
    const { client } = await start2();
    const source = { type: 'base64' as const, media_type: 'image/png' as const, data: pixel };
    const messages = [{ role: 'user' as const, content: [{ type: 'image' as const, source }] }];
    const seen = await client.messages.create({ ...request, messages });
    expect(seen.content).toMatchObject([{ text: `You said:  (and showed: image/png of ${shown} bytes)` }]);

    const ask = { ...request, messages: [{ role: 'user' as const, content: 'two words' }] };
    const schema = { ...parameters, additionalProperties: false };
    const formed = await client.messages.create({ ...ask, output_config: { format: { type: 'json_schema', schema } } });
    expect(formed.content).toMatchObject([{ text: '{"city":"text"}' }]);
    const loose = { format: { type: 'json_schema' as const, schema: parameters } };
    await expect(client.messages.create({ ...ask, output_config: loose })).rejects.toThrow(/additionalProperties/);

    const { max_tokens: _, ...counted } = ask;
    expect((await client.messages.countTokens(counted)).input_tokens).toBe(2);
  });
});

describe('more of the Ollama protocol, by the ollama package', () => {
  const start3 = async (models?: readonly string[]) => {
    const fake = await start(models && { models: { ollama: models } });
    return new Ollama({ host: fake.url });
  };
  const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }];
  const model = 'llama3.2';

  it('calls a tool, takes its result, sees pictures and answers by a schema', async () => {
    const client = await start3();
    const question = { role: 'user', content: 'get_weather' };
    const { message } = await client.chat({ model, tools, messages: [question] });
    expect(message.tool_calls).toMatchObject([{ function: { name: 'get_weather', arguments: { city: 'text' } } }]);
    const result = { role: 'tool', tool_name: 'get_weather', content: 'Rain.' };
    const answer = await client.chat({ model, tools, messages: [question, message, result] });
    expect(answer.message.content).toBe('The tools said: Rain.');
    const seen = await client.chat({ model, messages: [{ role: 'user', content: 'Look', images: [pixel] }] });
    expect(seen.message.content).toBe(`You said: Look (and showed: image of ${shown} bytes)`);
    const formed = await client.chat({ model, messages: [question], format: parameters });
    expect(JSON.parse(formed.message.content)).toEqual({ city: 'text' });
    await expect(client.chat({ model, messages: [question], think: true })).rejects.toThrow(
      /does not support thinking/,
    );
  });

  it('completes a prompt at once and in a stream', async () => {
    const client = await start3();
    const whole = await client.generate({ model, prompt: 'Hello there' });
    expect(whole).toMatchObject({ response: 'You said: Hello there', done: true, prompt_eval_count: 2 });
    let text = '';
    for await (const part of await client.generate({ model, prompt: 'Hello there', stream: true })) {
      text += part.response ?? '';
    }
    expect(text).toBe(whole.response);
  });

  it('makes vectors', async () => {
    const client = await start3();
    const { embeddings } = await client.embed({ model: 'nomic-embed-text', input: ['bees sleep', 'bees'] });
    expect(embeddings).toHaveLength(2);
    const { embedding } = await client.embeddings({ model: 'nomic-embed-text', prompt: 'bees' });
    expect(embedding).toEqual(embeddings[1]);
  });

  it('loads, runs and removes models', async () => {
    const client = await start3([]);
    const seen = [];
    for await (const { status, completed } of await client.pull({ model: 'tiny', stream: true })) {
      seen.push(completed ?? status);
    }
    expect(seen).toEqual([
      'pulling manifest',
      expect.stringMatching(/^pulling /),
      1_000,
      2_500,
      4_000,
      'verifying sha256 digest',
      'writing manifest',
      'success',
    ]);
    expect((await client.ps()).models).toEqual([]);
    await client.chat({ model: 'tiny', messages: [{ role: 'user', content: 'Hi' }] });
    expect((await client.ps()).models).toMatchObject([{ name: 'tiny:latest' }]);
    await client.delete({ model: 'tiny' });
    expect((await client.list()).models).toEqual([]);
    await expect(client.delete({ model: 'tiny' })).rejects.toThrow(/not found/);
    await expect(client.pull({ model: 'no-such' })).rejects.toThrow(/file does not exist/);
  });
});
