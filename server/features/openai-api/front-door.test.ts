import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI, { APIError } from 'openai';
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createTestApp } from '../../../test/app.ts';
import { createFakeLlm, type FakeLlm } from '../../../test/fake-llm/server.ts';
import { anthropicClient, keyOf, modelOf, openAiClient, openHouse, type House } from '../gateway/clients.fixture.ts';
import { packedAnswer } from './embeddings.ts';

let house: House;
let whisper: FakeLlm;
let client: OpenAI;
beforeAll(async () => {
  whisper = await createFakeLlm({ models: { openai: ['whisper-1'] } });
  house = await openHouse({ WHISPER_URL: `${whisper.url}/v1` });
  client = openAiClient(house.app.url, house.key);
});
afterEach(() => house.fake.script({}));
afterAll(async () => {
  await house.close();
  await whisper.close();
});

const failure = async (work: PromiseLike<unknown>): Promise<APIError> => {
  const error = await Promise.resolve(work).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof APIError)) throw new Error(`no error of the client: ${String(error)}`);
  return error;
};
const ask = (body: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming>, model = modelOf.openai) =>
  client.chat.completions.create({ model, messages: [{ role: 'user', content: 'hello' }], ...body });

it('lists what this key may use, for the clients of either API, and shows one of it', async () => {
  const ids = (await client.models.list()).data.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(['my-openai/gpt-4o', 'librarian/librarian', 'my-ollama/llama3.2:latest']));
  expect(await client.models.retrieve('my-openai/gpt-4o')).toMatchObject({ id: 'my-openai/gpt-4o', object: 'model' });
  const anthropic = anthropicClient(house.app.url, house.key);
  expect((await anthropic.models.list()).data.map(({ id }) => id)).toEqual(ids);
  expect((await failure(client.models.retrieve('my-openai/nothing'))).status).toBe(404);
});

it('takes a bare name, and says the sentence, the field and the code of what went wrong', async () => {
  expect((await ask({}, 'gpt-4o')).choices[0]?.message.content).toBe('You said: hello');
  expect(await failure(ask({}, 'gpt-4p'))).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
  expect(await failure(ask({ n: 2 }))).toMatchObject({ status: 400, param: 'n' });
  const stranger = new OpenAI({ baseURL: `${house.app.url}/v1`, apiKey: 'crl_wrong', maxRetries: 0 });
  expect(await failure(stranger.models.list())).toMatchObject({ status: 401, code: 'invalid_api_key' });
});

it('passes on to a server of the same kind what Carrel does not know, byte for byte', async () => {
  const body = `{ "model": "gpt-4o",  "messages": [{"role":"user","content":"hi"}], "unheard_of": 1.50 }`;
  const headers = { authorization: `Bearer ${house.key}`, 'content-type': 'application/json' };
  expect((await house.app.stranger().post('/v1/chat/completions', body, { headers })).status).toBe(200);
  const last = house.fake.requests.at(-1);
  expect(last?.raw.toString()).toBe(body);
  expect(last?.headers.authorization).toBe('Bearer sk-providers-own');
  expect(JSON.stringify(last?.headers)).not.toContain(house.key);
});

it('passes no web page on, which a server at a wrong address answers with', async () => {
  const server = createServer((request, response) => {
    const isList = request.method === 'GET';
    response.setHeader('content-type', isList ? 'application/json' : 'text/html; charset=utf-8');
    response.end(isList ? JSON.stringify({ data: [{ id: 'welcome' }] }) : '<h1>Welcome</h1>');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => server.close().closeAllConnections());
  await once(server, 'listening');
  const base_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const provider = { id: 'elsewhere', kind: 'openai-compatible', name: 'Elsewhere', base_url };
  expect((await house.admin.post('/api/admin/providers', provider)).status).toBe(201);
  expect((await failure(ask({}, 'elsewhere/welcome'))).status).toBe(502);
  const streamed = { model: 'elsewhere/welcome', stream: true, messages: [{ role: 'user', content: 'hello' }] };
  const headers = { authorization: `Bearer ${house.key}` };
  const answer = await house.app.stranger().post('/v1/chat/completions', streamed, { headers });
  expect(JSON.stringify(answer.body)).not.toContain('Welcome');
  await house.admin.delete('/api/admin/providers/elsewhere');
});

it('hides the usage of a stream from a client that did not ask for it, and counts it', async () => {
  const used = async () => (await house.admin.get('/api/usage/quota')).body.used.tokens as number;
  const before = await used();
  let chunks = 0;
  for await (const { choices, usage } of await client.chat.completions.create({
    model: modelOf.openai,
    messages: [{ role: 'user', content: 'hello' }],
    stream: true,
  })) {
    chunks += 1;
    expect(choices).toHaveLength(1);
    expect(usage ?? null).toBeNull();
  }
  expect(chunks).toBeGreaterThan(2);
  await expect.poll(used).toBe(before + 4);
});

it('still streams from a server that does not know the option for it', async () => {
  house.fake.script({ refuseParameters: ['stream_options'] });
  const stream = await client.chat.completions.create({
    model: modelOf['openai-compatible'],
    messages: [{ role: 'user', content: 'hello' }],
    stream: true,
  });
  let text = '';
  for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
  expect(text).toBe('You said: hello');
});

it('tells of a failure in the middle of a stream', async () => {
  house.fake.script({ text: ['one ', 'two '], fault: { kind: 'error', after: 1, message: 'Overheated.' } });
  for (const model of [modelOf.openai, modelOf.anthropic]) {
    const messages = [{ role: 'user' as const, content: 'hello' }];
    const stream = await client.chat.completions.create({ model, messages, stream: true });
    const seen: string[] = [];
    const error = await failure(
      (async () => {
        for await (const { choices } of stream) seen.push(choices[0]?.delta.content ?? '');
      })(),
    );
    expect(seen.join('')).toBe('one ');
    expect(error.message).toContain('Overheated.');
  }
});

it.each(['my-openai/text-embedding-3-small', 'my-ollama/nomic-embed-text'])(
  'embeds with %s, packed or not',
  async (model) => {
    const input = ['a good day', 'a bad day'];
    const packed = await client.embeddings.create({ model, input });
    const plain = await client.embeddings.create({ model, input, encoding_format: 'float' });
    expect(plain.data.map(({ embedding }) => embedding.length)).toEqual([64, 64]);
    expect(packed.data[1]?.embedding).toEqual([...Float32Array.from(plain.data[1]?.embedding ?? [])]);
    expect(plain.usage.prompt_tokens).toBe(6);
    expect(await failure(client.embeddings.create({ model, input: [[1, 2]] }))).toMatchObject({
      status: 400,
      param: 'input.0',
    });
  },
);

it('passes a request for vectors on as it came, and counts what it cost', async () => {
  const used = async () =>
    (await house.admin.get('/api/usage/quota')).body.used as { messages: number; tokens: number };
  const before = await used();
  const rest = { input: ['a good day'], encoding_format: 'base64' as const, input_type: 'query' };
  const answer = await client.embeddings.create({ model: 'my-openai/text-embedding-3-small', ...rest });
  expect(house.fake.requests.at(-1)).toMatchObject({
    path: '/v1/embeddings',
    body: { model: 'text-embedding-3-small', ...rest },
  });
  expect(answer.model).toBe('text-embedding-3-small');
  await expect.poll(used).toEqual({ ...before, messages: before.messages + 1, tokens: before.tokens + 3 });
});

it('packs vectors for who asked for it, also where the provider answers numbers', () => {
  const answer = (embedding: unknown) => ({ object: 'list', data: [{ index: 0, embedding }], model: 'm' });
  const numbers = Buffer.from(JSON.stringify(answer([0.5, -2])));
  const packed = Buffer.from(
    JSON.stringify(answer(Buffer.from(new Float32Array([0.5, -2]).buffer).toString('base64'))),
  );
  expect(JSON.parse(packedAnswer(numbers).toString())).toEqual(JSON.parse(packed.toString()));
  expect(packedAnswer(packed)).toBe(packed);
  expect(() => packedAnswer(numbers.subarray(0, -9))).toThrow('The provider’s answer could not be read.');
});

it('embeds with models for it alone', async () => {
  expect(await failure(client.embeddings.create({ model: modelOf.openai, input: 'x' }))).toMatchObject({ status: 404 });
  const model = 'my-openai/text-embedding-3-small';
  expect(await failure(ask({}, model))).toMatchObject({ status: 404 });
});

it('writes down speech: at the server for it, or at a provider that is named', async () => {
  const file = new File([new Uint8Array(2_000)], 'note.wav', { type: 'audio/wav' });
  const said = await client.audio.transcriptions.create({ model: 'whisper-1', file, language: 'de' });
  expect(said.text).toEqual(expect.any(String));
  expect(whisper.requests.at(-1)?.body).toMatchObject({ model: 'whisper-1', language: 'de', file: { bytes: 2_000 } });
  const before = whisper.requests.length;
  const named = { model: 'my-openai-compatible/whisper-large', file, response_format: 'text' as const };
  expect(await client.audio.transcriptions.create(named)).toEqual(expect.any(String));
  expect(whisper.requests).toHaveLength(before);
  const form = new FormData();
  form.set('model', 'whisper-1');
  const headers = { authorization: `Bearer ${house.key}` };
  const empty = await house.app.stranger().post('/v1/audio/transcriptions', form, { headers });
  expect([empty.status, empty.body.error.param]).toEqual([400, 'file']);
});

it('writes down speech for our own clients too: no model has to be named, and refusals are ours', async () => {
  const headers = { authorization: `Bearer ${house.key}` };
  const form = new FormData();
  form.set('file', new File([new Uint8Array(1_000)], 'note.wav', { type: 'audio/wav' }));
  const said = await house.app.stranger().post('/api/audio/transcriptions', form, { headers });
  expect([said.status, said.body]).toEqual([200, { text: 'Heard 1000 bytes of note.wav.' }]);
  const empty = await house.app.stranger().post('/api/audio/transcriptions', new FormData(), { headers });
  expect([empty.status, empty.body.code]).toEqual([400, 'VALIDATION_FAILED']);
  expect((await house.app.stranger().post('/api/audio/transcriptions', form)).status).toBe(401);
});

it('writes down speech by the first provider that can where there is no server for it, and says whether there is one', async () => {
  const [deaf, hearing] = [
    await createFakeLlm({ lmStudio: true }),
    await createFakeLlm({ models: { openai: ['gpt-4o', 'whisper-large'] } }),
  ];
  const apps = await Promise.all([
    createTestApp({
      env: { LMSTUDIO_URL: deaf.url, OPENAI_BASE_URL: `${hearing.url}/v1`, OPENAI_API_KEY: 'sk-1' },
    }),
    createTestApp({ env: { LMSTUDIO_URL: deaf.url } }),
  ]);
  try {
    const [ears, none] = await Promise.all(apps.map((app) => app.person('ada')));
    const form = new FormData();
    form.set('file', new File([new Uint8Array(500)], 'speech.webm', { type: 'audio/webm' }));
    expect((await ears?.post('/api/audio/transcriptions', form))?.body).toEqual({
      text: 'Heard 500 bytes of speech.webm.',
    });
    expect(hearing.requests.at(-1)?.body).toMatchObject({ model: 'whisper-large' });
    const features = await Promise.all([ears, none].map(async (who) => (await who?.get('/api/config'))?.body.features));
    expect(features.map(({ transcription }) => transcription)).toEqual([true, false]);
  } finally {
    await Promise.all(apps.map((app) => app.close()));
    await Promise.all([deaf.close(), hearing.close()]);
  }
});

it('keeps nothing between responses, and says so', async () => {
  const asked = { model: modelOf.openai, input: 'hello' };
  const error = await failure(client.responses.create({ ...asked, previous_response_id: 'resp_1' }));
  expect(error).toMatchObject({ status: 400, param: 'previous_response_id' });
  expect(error.message).toContain('Send the whole conversation');
  const search = { ...asked, tools: [{ type: 'web_search' as const }] };
  expect(await failure(client.responses.create(search))).toMatchObject({ status: 400, param: 'tools.0.type' });
});

it('has answers fit a schema, and shows what models think', async () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  for (const model of [modelOf.openai, modelOf.anthropic, modelOf.ollama]) {
    const format = { type: 'json_schema' as const, json_schema: { name: 'place', schema } };
    const made = await ask({ response_format: format }, model);
    expect(JSON.parse(made.choices[0]?.message.content ?? '')).toEqual({ city: 'text' });
  }
  house.fake.script({ reasoning: 'Hm. Well.', text: 'Yes' });
  const made = await ask({ reasoning_effort: 'high' }, modelOf.ollama);
  expect(made.choices[0]?.message).toMatchObject({ content: 'Yes', reasoning_content: 'Hm. Well.' });
  const response = await client.responses.create({
    model: modelOf.ollama,
    input: 'Well?',
    reasoning: { effort: 'low' },
  });
  expect(response.output.map(({ type }) => type)).toEqual(['reasoning', 'message']);
});

it('is a door for keys with the scope "models" to the list alone', async () => {
  const listing = openAiClient(house.app.url, await keyOf(house.admin, ['models']));
  expect((await listing.models.list()).data.length).toBeGreaterThan(0);
  const refused = listing.embeddings.create({ model: 'text-embedding-3-small', input: 'x' });
  expect((await failure(refused)).status).toBe(403);
});
