import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../../test/client.ts';
import { keyOf, modelOf, openHouse, pixel, type House } from './clients.fixture.ts';

const messages = [{ role: 'user', content: 'hello' }];
type Door = { name: string; path: string; body: (model: string) => object };
/** Every address that asks a chat model, and whose error shape it has. */
const doors: (Door & { shape: 'openai' | 'anthropic' | 'ollama' })[] = [
  { name: 'chat completions', path: '/v1/chat/completions', body: (model) => ({ model, messages }), shape: 'openai' },
  { name: 'responses', path: '/v1/responses', body: (model) => ({ model, input: 'hello' }), shape: 'openai' },
  {
    name: 'messages',
    path: '/v1/messages',
    body: (model) => ({ model, messages, max_tokens: 100 }),
    shape: 'anthropic',
  },
  { name: 'chat', path: '/ollama/api/chat', body: (model) => ({ model, messages, stream: false }), shape: 'ollama' },
  {
    name: 'generate',
    path: '/ollama/api/generate',
    body: (model) => ({ model, prompt: 'hello', stream: false }),
    shape: 'ollama',
  },
];

/** The sentence of an error, which must stand where the clients of that API look for it. */
function sentence(shape: 'openai' | 'anthropic' | 'ollama', body: Record<string, unknown>): string {
  const { error } = body as { error: { message: string; type: string } & string };
  if (shape === 'ollama') {
    expect(body).toEqual({ error: expect.any(String) });
    return error;
  }
  expect(error.type).toEqual(expect.any(String));
  if (shape === 'openai')
    expect(body).toEqual({
      error: {
        message: expect.any(String),
        type: error.type,
        param: error['param' as never] ?? null,
        code: expect.any(String),
      },
    });
  else expect(body).toMatchObject({ type: 'error', request_id: expect.any(String) });
  return error.message;
}

describe.each(doors)('the door for $name', ({ path, body, shape }) => {
  let house: House;
  let member: Client;
  let key: string;
  const ask = (sent: unknown = body(modelOf.openai), credential = key, headers: Record<string, string> = {}) =>
    house.app
      .stranger()
      .post(path, sent, { headers: { ...(credential && { authorization: `Bearer ${credential}` }), ...headers } });
  const tokens = async (): Promise<{ messages: number; tokens: number }> =>
    (await member.get('/api/usage/quota')).body.used;

  beforeAll(async () => {
    house = await openHouse();
    member = await house.app.person('member');
    key = await keyOf(member);
  });
  afterEach(() => house.fake.script({}));
  afterAll(() => house.close());

  it('is closed to whoever is not known, in words that its clients read', async () => {
    for (const wrong of ['', 'crl_wrong', 'sk-something', 'Bearer']) {
      const { status, body: said } = await ask(undefined, wrong);
      expect([wrong, status]).toEqual([wrong, 401]);
      expect(sentence(shape, said)).not.toContain('sk-something');
    }
    expect(house.fake.requests.filter(({ path: asked }) => asked.includes('chat'))).toHaveLength(0);
  });

  it('takes a key from either header', async () => {
    expect((await ask(undefined, '', { 'x-api-key': key })).status).toBe(200);
    expect((await ask()).status).toBe(200);
  });

  it('wants a key with the scope', async () => {
    const { status, body: said } = await ask(undefined, await keyOf(member, ['models', 'files']));
    expect(status).toBe(403);
    expect(sentence(shape, said)).toContain('scope');
  });

  it('answers for what is not there, not sent, not JSON and not a method as its API does', async () => {
    for (const [status, answer] of [
      [404, ask(body('nobody/has-this'))],
      [400, ask({})],
      [400, ask('{"broken', key, { 'content-type': 'application/json' })],
      [415, ask('a=b', key, { 'content-type': 'application/x-www-form-urlencoded' })],
      [405, house.app.stranger().get(path)],
      [404, house.app.stranger().post(`${path}/further`, {}, { headers: { authorization: `Bearer ${key}` } })],
    ] as const) {
      const said = await answer;
      expect(said.status).toBe(status);
      expect(sentence(shape, said.body)).not.toBe('');
    }
  });

  it('counts the message and its tokens; what was refused costs nothing', async () => {
    const before = await tokens();
    expect((await ask()).status).toBe(200);
    house.fake.script({ status: 400, message: 'The prompt is too long.' });
    for (const model of [modelOf.openai, modelOf.anthropic, modelOf.ollama]) {
      const { status, body: said } = await ask(body(model));
      expect(status).toBe(400);
      expect(sentence(shape, said)).toContain('The prompt is too long.');
    }
    // Figures follow the answer.
    await expect.poll(tokens).toMatchObject({ messages: before.messages + 1, tokens: before.tokens + 4 });
  });

  it('speaks of a provider that is in trouble without its key or address', async () => {
    house.fake.script({ status: 401, message: `Incorrect API key provided: sk-providers-own at ${house.fake.url}` });
    const { status, body: said } = await ask();
    expect(status).toBe(502);
    expect(sentence(shape, said)).toContain('An admin has to check');
    expect(JSON.stringify(said)).not.toMatch(/sk-providers|127\.0\.0\.1/);
  });

  it('refuses what is over the quota, says until when, and has it written down once', async () => {
    const quota = `/api/admin/users/${member.id}/quota`;
    await house.admin.put(quota, { messages_per_day: 0, tokens_per_day: null });
    for (const model of [modelOf.openai, modelOf.anthropic, modelOf.ollama, 'librarian/librarian']) {
      const { status, headers, body: said } = await ask(body(model));
      expect(status).toBe(429);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(headers.get('x-should-retry')).toBe('false');
      expect(sentence(shape, said)).toContain('used up');
    }
    await house.admin.delete(quota);
    const { items } = (await house.admin.get('/api/admin/audit?action=quota.exceeded')).body;
    expect(items).toMatchObject([{ actor: { id: member.id } }]);
    expect((await ask()).status).toBe(200);
  });

  it('does not know the models of other groups, and has the try written down', async () => {
    const group = (await house.admin.post('/api/admin/groups', { name: `others ${path}` })).body.id as string;
    await house.admin.patch('/api/admin/providers/my-anthropic', { group_ids: [group] });
    const { status, body: said } = await ask(body(modelOf.anthropic));
    const unknown = await ask(body('my-anthropic/claude-sonnet-4-7'));
    expect([status, unknown.status]).toEqual([404, 404]);
    expect(sentence(shape, said).replace('4-6', '4-7')).toBe(sentence(shape, unknown.body));
    const listed = await member.get('/v1/models');
    expect(JSON.stringify(listed.body)).not.toContain('my-anthropic');
    await expect
      .poll(async () => (await house.admin.get('/api/admin/audit?action=model.denied')).body.items)
      .toMatchObject([{ actor: { id: member.id }, target: { kind: 'model', id: modelOf.anthropic } }]);
    await house.admin.patch('/api/admin/providers/my-anthropic', { group_ids: null });
    expect((await ask(body(modelOf.anthropic))).status).toBe(200);
  });

  it('goes to another provider that has the model when one fails before its first word', async () => {
    house.fake.script({ failFirst: { times: 4, status: 503 } });
    expect((await ask()).status).toBe(200);
    house.fake.script({});
  });

  it('is closed at once to a person who was switched off', async () => {
    await house.admin.patch(`/api/admin/users/${member.id}`, { is_active: false });
    const { status, body: said } = await ask();
    expect([401, 403]).toContain(status);
    expect(sentence(shape, said)).not.toBe('');
  });
});

describe('all doors together', () => {
  it('share one allowance of calls a minute', async () => {
    const house = await openHouse({ RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_CHAT: '3' });
    try {
      const headers = { authorization: `Bearer ${house.key}` };
      const statuses: number[] = [];
      for (const { path, body } of doors)
        statuses.push((await house.app.stranger().post(path, body(modelOf.openai), { headers })).status);
      expect(statuses).toEqual([200, 200, 200, 429, 429]);
    } finally {
      await house.close();
    }
  });
});

describe('pictures by their address', () => {
  it('are fetched through the guard: what is inside the network is refused as that API refuses', async () => {
    const house = await openHouse();
    const inside = createServer((_, res) => res.end(Buffer.from(pixel, 'base64')));
    await new Promise<void>((resolve) => void inside.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(inside.address() as AddressInfo).port}/x.png`;
    try {
      const headers = { authorization: `Bearer ${house.key}` };
      const model = modelOf.ollama;
      const content = [{ type: 'image_url', image_url: { url } }];
      const openai = await house.app
        .stranger()
        .post('/v1/chat/completions', { model, messages: [{ role: 'user', content }] }, { headers });
      expect([openai.status, openai.body.error.code]).toEqual([422, 'url_blocked']);
      const blocks = [{ type: 'image', source: { type: 'url', url } }];
      const anthropic = await house.app
        .stranger()
        .post('/v1/messages', { model, max_tokens: 10, messages: [{ role: 'user', content: blocks }] }, { headers });
      expect([anthropic.status, anthropic.body.type]).toEqual([422, 'error']);
      // What could not be asked has cost nothing.
      await expect
        .poll(async () => (await house.admin.get('/api/usage/quota')).body.used)
        .toMatchObject({ messages: 0, tokens: 0 });
    } finally {
      inside.close();
      await house.close();
    }
  });
});
