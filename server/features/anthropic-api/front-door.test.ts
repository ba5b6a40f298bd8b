import { APIError } from '@anthropic-ai/sdk';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { anthropicClient, kinds, modelOf, openHouse, type House } from '../gateway/clients.fixture.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => house.fake.script({}));
afterAll(() => house.close());

const client = () => anthropicClient(house.app.url, house.key);
const said = [{ role: 'user' as const, content: 'hello' }];

it('counts tokens: as the provider does, or about', async () => {
  const exact = await client().messages.countTokens({ model: modelOf.anthropic, messages: said });
  expect(exact.input_tokens).toBe(1);
  // What people give to whoever runs the server, as the package shows it.
  expect(exact).toMatchObject({ _request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  const guess = await client().messages.countTokens({ model: modelOf.ollama, system: 'Be short.', messages: said });
  expect(guess.input_tokens).toBeGreaterThan(3);
  expect((await house.admin.get('/api/usage/quota')).body.used.messages).toBe(0);
});

it.each(kinds)('streams thought, text and two calls of %s as blocks', async (kind) => {
  house.fake.script({
    reasoning: 'Hm. Well.',
    text: 'Let me see.',
    toolCalls: [
      { name: 'one', arguments: { a: 1 } },
      { name: 'two', arguments: { b: { c: '"}' } } },
    ],
  });
  const tools = ['one', 'two'].map((name) => ({ name, input_schema: { type: 'object' as const } }));
  const asked = { model: modelOf[kind], max_tokens: 3_000, messages: said, tools };
  const thinking = { type: 'enabled' as const, budget_tokens: 2_000 };
  const streamed = await client()
    .messages.stream({ ...asked, thinking })
    .finalMessage();
  const whole = await client().messages.create({ ...asked, thinking });
  for (const { content, stop_reason } of [streamed, whole]) {
    expect(stop_reason).toBe('tool_use');
    expect(content).toMatchObject([
      { type: 'thinking', thinking: 'Hm. Well.' },
      { type: 'text', text: 'Let me see.' },
      { type: 'tool_use', name: 'one', input: { a: 1 } },
      { type: 'tool_use', name: 'two', input: { b: { c: '"}' } } },
    ]);
  }
});

it('tells the client’s errors by type, before the stream and in it', async () => {
  const stranger = anthropicClient(house.app.url, 'crl_wrong');
  const failure = async (work: Promise<unknown>) => {
    const error: unknown = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(APIError);
    return error as APIError;
  };
  const asked = { model: modelOf.openai, max_tokens: 10, messages: said };
  expect(await failure(stranger.messages.create(asked))).toMatchObject({ status: 401, type: 'authentication_error' });
  const unknown = client().messages.create({ ...asked, model: 'nobody' });
  expect(await failure(unknown)).toMatchObject({ status: 404, type: 'not_found_error' });
  house.fake.script({ text: ['one ', 'two '], fault: { kind: 'error', after: 1, message: 'Overheated.' } });
  const broken = await failure(client().messages.stream(asked).finalMessage());
  expect(broken.message).toContain('Overheated.');
});

it('refuses what only Anthropic’s own models can be shown', async () => {
  const tools = [{ type: 'web_search_20250305' as const, name: 'web_search' as const }];
  const asked = { max_tokens: 10, messages: said, tools };
  await expect(client().messages.create({ ...asked, model: modelOf.openai })).rejects.toMatchObject({ status: 400 });
});
