import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { modelOf, ollamaClient, openHouse, type House } from '../gateway/clients.fixture.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => house.fake.script({}));
afterAll(() => house.close());

const client = () => ollamaClient(house.app.url, house.key);

it('lists, shows and names what there is', async () => {
  const { models } = await client().list();
  expect(models.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['my-ollama/llama3.2:latest', 'my-anthropic/claude-sonnet-4-6', 'librarian/librarian']),
  );
  const own = await client().show({ model: modelOf.ollama });
  expect(own).toMatchObject({ capabilities: ['completion', 'tools'], details: { family: 'llama' } });
  const other = await client().show({ model: modelOf.anthropic });
  expect(other.capabilities).toEqual(expect.arrayContaining(['completion', 'tools']));
  await expect(client().show({ model: 'nobody' })).rejects.toThrow('no model “nobody”');
  expect((await client().version()).version).toMatch(/^\d+\.\d+\.\d+$/);
});

it('lists what is in memory, of the models that there are', async () => {
  await client().chat({ model: modelOf.ollama, messages: [{ role: 'user', content: 'hello' }] });
  expect((await client().ps()).models.map(({ name }) => name)).toEqual(['my-ollama/llama3.2:latest']);
});

it.each([modelOf.ollama, modelOf.openai, modelOf.anthropic])(
  'writes one text with %s, whole and in pieces',
  async (model) => {
    const whole = await client().generate({ model, prompt: 'hello' });
    expect(whole).toMatchObject({ response: 'You said: hello', done: true, prompt_eval_count: 1, eval_count: 3 });
    let text = '';
    for await (const line of await client().generate({ model, prompt: 'hello', stream: true })) text += line.response;
    expect(text).toBe('You said: hello');
  },
);

it.each([modelOf.openai, modelOf.anthropic])('says that %s is ready where nothing is asked', async (model) => {
  const before = house.fake.requests.length;
  const ready = { model: expect.any(String), done: true, done_reason: 'load' };
  expect(await client().generate({ model, prompt: '' })).toMatchObject({ ...ready, response: '' });
  expect(await client().chat({ model, messages: [] })).toMatchObject({ ...ready, message: { content: '' } });
  expect(house.fake.requests).toHaveLength(before);
  await expect(client().generate({ model: 'nobody', prompt: '' })).rejects.toThrow('no model “nobody”');
});

it('leaves it to the admin how long a model stays in memory', async () => {
  const messages = [{ role: 'user', content: 'hello' }];
  await client().chat({ model: modelOf.ollama, messages, keep_alive: -1, options: { num_ctx: 512 } });
  const sent = house.fake.requests.at(-1)?.body;
  expect(sent).toMatchObject({ model: 'llama3.2:latest', options: { num_ctx: 512 } });
  expect(sent).not.toHaveProperty('keep_alive');
});

it('embeds in both ways', async () => {
  for (const model of ['my-ollama/nomic-embed-text', 'my-openai/text-embedding-3-small']) {
    const { embeddings } = await client().embed({ model, input: ['a day', 'a night'] });
    const { embedding } = await client().embeddings({ model, prompt: 'a day' });
    expect(embeddings).toHaveLength(2);
    expect(embedding).toEqual(embeddings[0]);
  }
});

it('gives each result to its call, by the tool’s name', async () => {
  const call = (name: string) => ({ function: { name, arguments: {} } });
  const messages = [
    { role: 'user', content: 'Both, please.' },
    { role: 'assistant', content: '', tool_calls: [call('one'), call('two')] },
    { role: 'tool', tool_name: 'two', content: 'second' },
    { role: 'tool', tool_name: 'one', content: 'first' },
  ];
  const { message } = await client().chat({ model: modelOf.openai, messages });
  expect(message.content).toBe('The tools said: second | first');
  const astray = [...messages, { role: 'tool', tool_name: 'three', content: 'x' }];
  await expect(client().chat({ model: modelOf.openai, messages: astray })).rejects.toThrow('no call');
});
