import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { createFakeLlm, type FakeLlm } from '../../../test/fake-llm/server.ts';

const path = '/api/admin/providers';
const key = 'sk-test-0123456789-9f2c';
const masked = 'sk-…9f2c';

describeEachDatabase('providers', (database) => {
  it('are added, changed, moved, switched off and deleted while the server runs', async () => {
    const fake = await createFakeLlm({ apiKey: key });
    const app = await createTestApp({ env: { DATABASE_URL: database().url } });
    try {
      const admin = await app.person('admin');
      const body = { kind: 'openai-compatible', name: 'The Lab', base_url: `${fake.url}/v1/`, api_key: key };
      const made = await admin.post(path, { ...body, headers: { 'X-Team': 'secret-of-the-team' }, timeout_ms: 5_000 });
      expect([made.status, made.body]).toMatchObject([
        201,
        {
          id: 'the-lab',
          base_url: `${fake.url}/v1`,
          api_key: masked,
          headers: { 'x-team': 'sec…team' },
          timeout_ms: 5_000,
          enabled: true,
          healthy: true,
          source: 'stored',
          locked: false,
          position: 0,
          group_ids: null,
          listed_models: ['gpt-4o', 'gpt-4o-mini', 'text-embedding-3-small'],
        },
      ]);
      expect(fake.requests.at(-1)?.headers).toMatchObject({ 'x-team': 'secret-of-the-team' });
      const one = `${path}/the-lab`;
      expect((await admin.post(path, { ...body, id: 'the-lab' })).status).toBe(409);
      expect((await admin.put(one, { timeout_ms: 6_000 })).body).toMatchObject({ name: 'The Lab', timeout_ms: 6_000 });
      const second = await admin.post(path, { ...body, position: 0 });
      expect(second.body).toMatchObject({ id: 'the-lab-2', position: 0 });
      const order = async () => (await admin.get(path)).body.items.map(({ id }: { id: string }) => id);
      expect(await order()).toEqual(['the-lab-2', 'the-lab', 'librarian']);
      expect((await admin.patch(`${path}/the-lab-2`, { position: 1 })).body.position).toBe(1);
      expect(await order()).toEqual(['the-lab', 'the-lab-2', 'librarian']);

      // A mask that is sent back changes nothing; null clears; anything else replaces.
      const again = await admin.patch(one, { api_key: masked, headers: { 'x-team': 'sec…team' }, models: ['gpt-4o'] });
      expect(again.body).toMatchObject({ api_key: masked, healthy: true, models: ['gpt-4o'] });
      const display = await admin.patch(one, { display_names: { 'gpt-4o': 'The big one' } });
      expect(display.body.models).toEqual(['gpt-4o']);
      expect((await admin.get('/api/models')).body.items[0]).toMatchObject({
        id: 'the-lab/gpt-4o',
        name: 'The big one',
      });
      expect(
        (await admin.get('/api/models')).body.items.filter((m: { provider: string }) => m.provider === 'the-lab'),
      ).toHaveLength(1);
      const said = await admin.chat({ content: 'Hello there', model: 'the-lab/gpt-4o' });
      expect(said.at(-1)).toMatchObject({ event: 'done', data: { model: 'the-lab/gpt-4o', provider: 'the-lab' } });
      const hidden = await admin.post('/api/chat/message', { content: 'Hello', model: 'the-lab/gpt-4o-mini' });
      expect([hidden.status, hidden.body.code]).toEqual([404, 'MODEL_NOT_FOUND']);

      expect((await admin.patch(one, { api_key: null })).body).toMatchObject({ api_key: null, healthy: false });
      expect((await admin.post(`${one}/test`)).body).toMatchObject({ healthy: false, problem: 'key' });
      expect((await admin.patch(one, { api_key: key })).body.healthy).toBe(true);
      expect((await admin.post(`${one}/test`)).body).toMatchObject({ healthy: true, model: 'gpt-4o', models: 3 });

      // Values that are not saved: with the id of a saved provider, a mask stands for its key.
      const values = { id: 'the-lab', kind: 'openai-compatible', base_url: `${fake.url}/v1` };
      expect((await admin.post(`${path}/test`, { ...values, api_key: masked })).body).toMatchObject({ healthy: true });
      const wrong = await admin.post(`${path}/test`, { ...values, api_key: 'sk-another-0123456789' });
      expect(wrong.body).toMatchObject({ healthy: false, problem: 'key' });
      const path404 = await admin.post(`${path}/test`, {
        ...values,
        id: 'new',
        base_url: `${fake.url}/api`,
        api_key: key,
      });
      expect(path404.body).toMatchObject({
        healthy: false,
        problem: 'path',
        suggestion: expect.stringContaining('/v1'),
      });
      expect((await admin.get(one)).body).toMatchObject({ api_key: masked, base_url: `${fake.url}/v1` });
      expect((await admin.get(`${path}/new`)).status).toBe(404);

      expect((await admin.patch(one, { enabled: false })).body).toMatchObject({ enabled: false, healthy: null });
      expect((await admin.get('/api/providers')).body.items.map(({ id }: { id: string }) => id)).toEqual([
        'the-lab-2',
        'librarian',
      ]);

      const shown = JSON.stringify([
        (await admin.get(path)).body,
        (await admin.get('/api/settings/ai')).body,
        (await admin.get('/api/admin/audit')).body,
      ]);
      for (const secret of [key, '0123456789', 'secret-of-the-team']) expect(shown).not.toContain(secret);
      const rows = JSON.stringify(await app.carrel.database.db.selectFrom('providers').selectAll().execute());
      for (const secret of [key, '0123456789', 'secret-of-the-team']) expect(rows).not.toContain(secret);

      for (let n = 0; n < 2; n += 1) expect((await admin.delete(one)).status).toBe(204);
      expect((await admin.get(one)).status).toBe(404);
      const actions = (await admin.get('/api/admin/audit?limit=200')).body.items.map(
        ({ action }: { action: string }) => action,
      );
      for (const action of ['provider.created', 'provider.changed', 'provider.deleted', 'provider.tested'])
        expect(actions).toContain(action);
    } finally {
      await app.close();
      await fake.close();
    }
  });

  it('are the same for another process within seconds', async () => {
    const fake = await createFakeLlm();
    const app = await createTestApp({ env: { DATABASE_URL: database().url, SECRET_KEY: 'ab'.repeat(32) } });
    const other = await createTestApp({ env: { DATABASE_URL: database().url, SECRET_KEY: 'ab'.repeat(32) } });
    try {
      const admin = app.stranger();
      const login = { login: 'admin@example.org', password: 'correct horse battery staple' };
      admin.signedIn((await admin.post('/api/auth/login', login)).body);
      const made = await admin.post(path, { id: 'shared', kind: 'ollama', base_url: fake.url });
      expect(made.status).toBe(201);
      const ids = async () => (await other.carrel.services.models.slots()).map(({ plan }) => plan.id);
      await expect.poll(ids, { timeout: 20_000 }).toContain('shared');
      await admin.delete(`${path}/shared`);
      await expect.poll(ids, { timeout: 20_000 }).not.toContain('shared');
    } finally {
      await other.close();
      await app.close();
      await fake.close();
    }
  });

  it('are used by those alone who are in their groups; to others they are not there', async () => {
    const fake = await createFakeLlm();
    const app = await createTestApp({ env: { DATABASE_URL: database().url } });
    try {
      const admin = app.stranger();
      admin.signedIn(
        (await admin.post('/api/auth/login', { login: 'admin@example.org', password: 'correct horse battery staple' }))
          .body,
      );
      const register = async (name: string): Promise<Client> => {
        const client = app.stranger();
        const answer = await client.post('/api/auth/register', {
          email: `${name}@example.org`,
          password: 'correct horse battery staple',
          name,
        });
        return client.signedIn(answer.body);
      };
      const [insider, outsider] = [await register('insider'), await register('outsider')];
      const group = (await admin.post('/api/admin/groups', { name: 'Lab' })).body;
      await admin.put(`/api/admin/groups/${group.id}/members/${insider.id}`);
      const nobody = '018f0000-0000-7000-8000-000000000000';
      expect((await admin.post(path, { kind: 'ollama', base_url: fake.url, group_ids: [nobody] })).status).toBe(400);
      await admin.post(path, { id: 'lab', kind: 'ollama', base_url: fake.url, group_ids: [group.id] });
      const sees = async (person: Client) =>
        (await person.get('/api/models')).body.items.some(({ provider }: { provider: string }) => provider === 'lab');
      expect([await sees(admin), await sees(insider), await sees(outsider)]).toEqual([true, true, false]);
      const wish = { content: 'Hello', model: 'lab/llama3.2' };
      expect((await insider.post('/api/chat/message', wish)).status).toBe(200);
      const refused = (await outsider.post('/api/chat/message', wish)).body;
      const absent = (await outsider.post('/api/chat/message', { ...wish, model: 'no/such' })).body;
      expect(refused.code).toBe('MODEL_NOT_FOUND');
      expect(refused.details.suggestion).toBe('Models here: librarian/librarian.');
      expect(Object.keys(refused).toSorted()).toEqual(Object.keys(absent).toSorted());
      expect((await outsider.get('/api/providers/lab/health')).status).toBe(404);
      expect(JSON.stringify((await outsider.get('/api/providers')).body)).not.toContain('"lab"');

      expect((await admin.put(`/api/admin/groups/${group.id}/model`, { default_model: 'lab/llama3.2' })).status).toBe(
        200,
      );
      const meta = (await insider.chat({ content: 'Hello' }))[0];
      expect(meta).toMatchObject({ data: { model: 'lab/llama3.2:latest', model_reason: 'group_default' } });

      await admin.delete(`/api/admin/groups/${group.id}/members/${insider.id}`);
      expect(await sees(insider)).toBe(false);
      // A group that is gone lets nobody in.
      await admin.delete(`/api/admin/groups/${group.id}`);
      expect([await sees(admin), await sees(insider), await sees(outsider)]).toEqual([true, false, false]);
      expect((await admin.patch(`${path}/lab`, { group_ids: null })).status).toBe(200);
      expect(await sees(outsider)).toBe(true);
    } finally {
      await app.close();
      await fake.close();
    }
  });
});

describe('the providers of the environment', () => {
  let app: TestApp;
  let fake: FakeLlm;
  let admin: Client;
  beforeAll(async () => {
    fake = await createFakeLlm();
    const env = { OPENAI_BASE_URL: `${fake.url}/v1`, OPENAI_API_KEY: key, DEFAULT_AI_PROVIDER: 'openai' };
    app = await createTestApp({ env });
    admin = await app.person('admin');
  });
  afterAll(async () => {
    await app.close();
    await fake.close();
  });

  it('are shown masked and locked; what may be used of them is the admin’s to say', async () => {
    expect((await admin.get(`${path}/openai`)).body).toMatchObject({
      source: 'environment',
      locked: true,
      api_key: masked,
      created_at: null,
    });
    expect((await admin.patch(`${path}/openai`, { base_url: 'http://127.0.0.1:1' })).status).toBe(409);
    expect((await admin.post(path, { id: 'openai', kind: 'openai' })).status).toBe(409);
    expect((await admin.delete(`${path}/openai`)).status).toBe(409);
    const narrowed = await admin.patch(`${path}/openai`, { models: ['gpt-4o-mini'], group_ids: [] });
    expect(narrowed.body).toMatchObject({ models: ['gpt-4o-mini'], group_ids: [], api_key: masked, healthy: true });
    const member = await app.person('member');
    expect((await member.get('/api/models')).body.items).toMatchObject([{ id: 'librarian/librarian' }]);
    expect((await admin.patch(`${path}/openai`, { models: null, group_ids: null, enabled: false })).status).toBe(200);
    expect((await member.get('/api/models')).body.items).toHaveLength(1);
    expect((await admin.patch(`${path}/openai`, { enabled: true })).body.healthy).toBe(true);
    expect((await member.get('/api/models')).body.items.length).toBeGreaterThan(1);
  });

  it('leave to the admin what they do not say: the default and the fallback model', async () => {
    const settings = await admin.get('/api/settings/ai');
    expect(settings.body).toMatchObject({
      default_provider: 'openai',
      locked: ['default_provider'],
      fallback_model: null,
    });
    expect((await admin.patch('/api/settings/ai', { default_provider: 'librarian' })).status).toBe(409);
    expect((await admin.patch('/api/settings/ai', { fallback_model: 'librarian/librarian' })).body.fallback_model).toBe(
      'librarian/librarian',
    );
    expect((await admin.post('/api/settings/ai/test')).body).toMatchObject({ healthy: true, model: 'gpt-4o' });
    expect((await admin.get('/api/models/test')).body).toEqual({ healthy: true, latency_ms: expect.any(Number) });
  });

  it('give way to the fallback before the first word, which the stream says', async () => {
    await admin.patch('/api/settings/ai', { fallback_model: 'librarian/librarian' });
    fake.script({ status: 401 });
    const events = await admin.chat({ content: 'Hello' });
    fake.script({});
    expect(events[0]).toMatchObject({ event: 'meta', data: { model: 'openai/gpt-4o', model_reason: 'default' } });
    const change = events.filter(({ event }) => event === 'model');
    expect(change).toMatchObject([
      { data: { model: 'librarian/librarian', provider: 'librarian', model_reason: 'fallback' } },
    ]);
    expect(events.at(-1)).toMatchObject({
      event: 'done',
      data: { model: 'librarian/librarian', provider: 'librarian' },
    });
    const id = (events[0] as { data: { message_id: string } }).data.message_id;
    expect((await admin.get(`/api/messages/${id}`)).body).toMatchObject({
      model: 'librarian/librarian',
      provider: 'librarian',
    });
  });
});

describe('the routes of providers', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await createTestApp();
  });
  afterAll(() => app.close());

  it('are closed to members and strangers, whatever they send', async () => {
    await app.person('admin');
    const member = await app.person('member');
    const apiKey = (await member.post('/api/auth/api-keys', { name: 'k' })).body.key as string;
    for (const [method, url] of [
      ['GET', path],
      ['POST', path],
      ['POST', `${path}/test`],
      ['GET', `${path}/librarian`],
      ['PATCH', `${path}/librarian`],
      ['DELETE', `${path}/librarian`],
      ['POST', `${path}/librarian/test`],
      ['GET', `${path}/librarian/pulls`],
      ['POST', `${path}/librarian/pulls`],
      ['GET', `${path}/librarian/models`],
      ['DELETE', `${path}/librarian/models`],
      ['GET', `${path}/librarian/running`],
      ['GET', '/api/settings/ai'],
      ['PATCH', '/api/settings/ai'],
      ['POST', '/api/settings/ai/test'],
    ] as const) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : { nonsense: 1 };
      expect([url, (await member.call(method, url, body)).status]).toEqual([url, 403]);
      expect([url, (await app.stranger().call(method, url, body)).status]).toEqual([url, 401]);
      const withKey = await app.stranger().call(method, url, body, { headers: { authorization: `Bearer ${apiKey}` } });
      expect([url, withKey.status]).toEqual([url, 403]);
    }
  });

  it('name what does not fit', async () => {
    const admin = app.stranger();
    admin.signedIn(
      (await admin.post('/api/auth/login', { login: 'admin@example.org', password: 'correct horse battery staple' }))
        .body,
    );
    for (const [body, field] of [
      [{ kind: 'telepathy' }, 'kind'],
      [{ kind: 'ollama', id: 'Not A Slug' }, 'id'],
      [{ kind: 'ollama', surprise: 1 }, 'surprise'],
      [{ kind: 'openai-compatible' }, 'base_url'],
      [{ kind: 'ollama', base_url: 'not an address' }, 'base_url'],
      [{ kind: 'ollama', base_url: 'http://127.0.0.1:1?x=1' }, 'base_url'],
      [{ kind: 'openai', api_key: masked }, 'api_key'],
      [{ kind: 'openai', headers: { Host: 'elsewhere' } }, 'headers.Host'],
      [{ kind: 'openai', headers: { 'X-A': 'b\r\nX-B: c' } }, 'headers.X-A'],
      [{ kind: 'openai', timeout_ms: 1 }, 'timeout_ms'],
    ] as const) {
      const { status, body: problem } = await admin.post(path, body);
      expect([body, status, JSON.stringify(problem.details?.fields)]).toEqual([
        body,
        400,
        expect.stringContaining(field),
      ]);
    }
    expect((await admin.get(path)).body.items).toHaveLength(1);
    expect((await admin.get(`${path}/nobody`)).status).toBe(404);
    expect((await admin.patch(`${path}/nobody`, { enabled: false })).status).toBe(404);
    expect((await admin.delete(`${path}/nobody`)).status).toBe(204);
    expect((await admin.delete(`${path}/librarian`)).status).toBe(409);
  });
});
