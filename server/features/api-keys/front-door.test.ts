import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewApiKey } from '../../../shared/api/api-keys.ts';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { makeKey } from './key-format.ts';

const DAY = 86_400_000;
const path = '/api/auth/api-keys';
const logs: string[] = [];
let app: TestApp;
let admin: Client;
let now = Date.now();

beforeAll(async () => {
  const env = { SESSION_TIMEOUT_MINUTES: '525600', SESSION_ABSOLUTE_DAYS: '0' };
  app = await createTestApp({ env, overrides: { now: () => now }, logs: (line) => logs.push(line) });
  admin = await app.person('admin');
});
afterAll(() => app.close());

const make = async (person: Client, body: object = {}): Promise<NewApiKey> => {
  const answer = await person.post<NewApiKey>(path, { name: 'a program', ...body });
  expect(answer.status).toBe(201);
  return answer.body;
};
const asBearer = (key: string) => ({ authorization: `Bearer ${key}` });
const asHeader = (key: string) => ({ 'x-api-key': key });
const forms = [
  ['bearer', asBearer],
  ['X-API-Key', asHeader],
] as const;
const as = (headers: Record<string, string>, url = '/api/conversations', method = 'GET', body?: unknown) =>
  app.stranger().call(method, url, body, { headers });
const setUser = (id: string, changes: { role?: 'pending' | 'user'; is_active?: 0 | 1 }) =>
  app.carrel.database.db.updateTable('users').set(changes).where('id', '=', id).execute();

describe.each(forms)('a key as %s', (_name, form) => {
  it('speaks for its person, needs no CSRF token, and may come from another site', async () => {
    const person = await app.person();
    const { key } = await make(person);
    const headers = { ...form(key), origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' };
    const made = await as(headers, '/api/conversations', 'POST', { title: 'By a program' });
    expect(made.status).toBe(201);
    expect((await person.get('/api/conversations')).body.items).toMatchObject([{ title: 'By a program' }]);
    expect((await admin.get(`/api/conversations/${made.body.id}`)).status).toBe(404);
    const other = await make(admin);
    expect((await as(form(other.key), `/api/conversations/${made.body.id}`)).status).toBe(404);
  });

  it('reaches only what its scopes name', async () => {
    const { key } = await make(admin, { scopes: ['models'] });
    expect((await as(form(key), '/api/models')).status).toBe(200);
    for (const url of ['/api/conversations', '/api/files'])
      expect((await as(form(key), url)).body.code).toBe('SCOPE_REQUIRED');
    const refused = await as(form(key), '/api/chat/message', 'POST', { nonsense: true });
    expect([refused.status, refused.body.code]).toEqual([403, 'SCOPE_REQUIRED']);
  });

  it('says whose it is to the program that has it, whatever its scopes', async () => {
    const { key } = await make(admin, { scopes: ['models'] });
    const { status, body } = await as(form(key), '/api/users/me');
    expect([status, body.id]).toEqual([200, admin.id]);
  });

  it('manages no keys, sessions or accounts', async () => {
    const { key, id } = await make(admin);
    for (const [method, url] of [
      ['GET', path],
      ['POST', path],
      ['POST', `${path}/${id}/rotate`],
      ['DELETE', `${path}/${id}`],
      ['GET', '/api/auth/session'],
      ['GET', '/api/auth/sessions'],
      ['POST', '/api/auth/logout-all'],
      ['POST', '/api/auth/password/change'],
      ['PATCH', '/api/users/me'],
    ] as const) {
      const answer = await as(form(key), url, method);
      expect([method, url, answer.status, answer.body.code]).toEqual([method, url, 403, 'SCOPE_REQUIRED']);
    }
    expect((await as(form(key))).status).toBe(200);
  });

  it('is refused when it is none, whatever cookie came along', async () => {
    const { key } = await make(admin);
    const cookie = [...admin.cookies].map((pair) => pair.join('=')).join('; ');
    for (const bad of ['crl_', 'crl_123', `${key}x`, key.slice(0, -1), key.toLowerCase(), makeKey()]) {
      const answer = await as({ ...form(bad), cookie });
      expect([bad, answer.status, answer.body.code]).toEqual([bad, 401, 'AUTH_REQUIRED']);
    }
    expect((await as({ ...form(''), cookie })).status).toBe(401);
  });

  it('ends with its person’s account, approval, and by deletion, again and again', async () => {
    const person = await app.person();
    const { key, id } = await make(person);
    await setUser(person.id, { is_active: 0 });
    expect((await as(form(key))).body.code).toBe('USER_INACTIVE');
    await setUser(person.id, { is_active: 1, role: 'pending' });
    expect((await as(form(key))).body.code).toBe('USER_PENDING');
    expect((await person.post(path, { name: 'for later' })).body.code).toBe('USER_PENDING');
    await setUser(person.id, { role: 'user' });
    expect((await as(form(key))).status).toBe(200);
    expect((await admin.delete(`${path}/${id}`)).status).toBe(204);
    expect((await as(form(key))).status).toBe(200);
    for (let n = 0; n < 3; n += 1) expect((await person.delete(`${path}/${id}`)).status).toBe(204);
    expect((await as(form(key))).status).toBe(401);
  });

  it('ends with its time', async () => {
    const { key, expires_at: end } = await make(admin, { expires_in_days: 2 });
    expect(end).toBe(new Date(now + 2 * DAY).toISOString());
    now += 2 * DAY - 1;
    expect((await as(form(key))).status).toBe(200);
    now += 1;
    expect((await as(form(key))).body.code).toBe('TOKEN_EXPIRED');
    admin = await signIn('admin');
  });
});

const signIn = async (name: string): Promise<Client> => {
  const client = app.stranger();
  const { body } = await client.post('/api/auth/login', { login: `${name}@example.org`, password: goodPassword });
  return client.signedIn(body);
};

describe('keys', () => {
  it('are shown once, and listed by their beginning', async () => {
    const person = await app.person();
    const { key, ...shown } = await make(person, { name: 'Backup', scopes: ['files'] });
    expect(key).toMatch(/^crl_[0-9A-Za-z]{57}$/);
    expect(shown).toMatchObject({ name: 'Backup', prefix: key.slice(0, 12), scopes: ['files'], expires_at: null });
    const list = await person.get(path);
    expect(list.body).toEqual({ items: [shown], next_cursor: null });
    expect(JSON.stringify(list.body)).not.toContain(key);
    expect((await make(person)).scopes).toEqual(['chat', 'models', 'files', 'documents']);
    expect((await person.get(`${path}?limit=1`)).body.next_cursor).not.toBeNull();
    expect((await admin.get(path)).body.items).not.toContainEqual(shown);
  });

  it('note their last use once a minute', async () => {
    const person = await app.person();
    const { key } = await make(person);
    const lastUsed = async () => (await person.get(path)).body.items[0].last_used_at;
    expect(await lastUsed()).toBeNull();
    const first = now;
    await as(asHeader(key));
    now += 59_000;
    await as(asHeader(key));
    expect(await lastUsed()).toBe(new Date(first).toISOString());
    now += 1_000;
    await as(asHeader(key));
    expect(await lastUsed()).toBe(new Date(first + 60_000).toISOString());
  });

  it('are rotated: the old one lives through its grace, and 20 rotations at once make one new key', async () => {
    const person = await app.person();
    const old = await make(person, { expires_in_days: 30 });
    now += DAY;
    const { status, body } = await person.post<NewApiKey>(`${path}/${old.id}/rotate`, { grace_seconds: 60 });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: old.id, name: old.name, scopes: old.scopes });
    expect(body.expires_at).toBe(new Date(now + 30 * DAY).toISOString());
    expect(body.previous_expires_at).toBe(new Date(now + 60_000).toISOString());
    for (const key of [old.key, body.key]) expect((await as(asBearer(key))).status).toBe(200);
    now += 60_000;
    expect((await as(asBearer(old.key))).body.code).toBe('TOKEN_EXPIRED');
    expect((await as(asBearer(body.key))).status).toBe(200);

    const answers = await Promise.all(
      Array.from({ length: 20 }, () => person.post<NewApiKey>(`${path}/${old.id}/rotate`, { grace_seconds: 0 })),
    );
    const made = answers.filter((answer) => answer.status === 200).map((answer) => answer.body.key);
    const alive = [];
    for (const key of [body.key, ...made]) if ((await as(asBearer(key))).status === 200) alive.push(key);
    expect(alive).toHaveLength(1);
    expect(answers.every((answer) => [200, 409].includes(answer.status))).toBe(true);

    expect((await admin.post(`${path}/${old.id}/rotate`)).status).toBe(404);
    await person.delete(`${path}/${old.id}`);
    for (const key of alive) expect((await as(asBearer(key))).status).toBe(401);
    expect((await person.post(`${path}/${old.id}/rotate`)).status).toBe(404);
  });

  it('take only what fits, and an admin’s scope only of an admin', async () => {
    const person = await app.person();
    for (const [body, field] of [
      [{ name: '' }, 'name'],
      [{ name: 'x', scopes: [] }, 'scopes'],
      [{ name: 'x', scopes: ['everything'] }, 'scopes.0'],
      [{ name: 'x', expires_in_days: 0 }, 'expires_in_days'],
      [{ name: 'x', user_id: admin.id }, 'user_id'],
      [{ name: 'x', key: makeKey() }, 'key'],
    ] as const) {
      const answer = await person.post(path, body);
      expect([answer.status, answer.body.details?.fields[0].path]).toEqual([400, field]);
    }
    expect((await person.post(path, { name: 'x', scopes: ['metrics'] })).body.code).toBe('SCOPE_REQUIRED');
    expect((await make(admin, { scopes: ['metrics'] })).scopes).toEqual(['metrics']);
    expect((await person.call('POST', path, { name: 'x' }, { headers: { 'x-csrf-token': '' } })).status).toBe(403);
  });

  it('are never in the log or the database', async () => {
    const person = await app.person();
    const { key, id } = await make(person);
    const { body } = await person.post<NewApiKey>(`${path}/${id}/rotate`);
    for (const one of [key, body.key]) {
      for (const [, form] of forms) await as(form(one));
      await as({}, `/api/conversations?api_key=${one}`);
      await as({}, '/api/auth/verify', 'POST', { api_key: one });
      await as({}, '/api/auth/verify', 'POST', { api_keys: one });
      await as(asBearer(`${one}x`));
    }
    expect(logs.join('\n')).toContain('/api/auth/verify');
    const files = ['carrel.db', 'carrel.db-wal'].map((name) => readFileSync(join(app.config.dataDir, name), 'latin1'));
    expect(files.join('')).toContain(body.prefix);
    for (const one of [key, body.key]) {
      expect(logs.join('\n')).not.toContain(one.slice(12));
      expect(files.join('')).not.toContain(one.slice(12));
    }
  });
});

describe('verify', () => {
  const verify = (headers: Record<string, string>, body?: object) => as(headers, '/api/auth/verify', 'POST', body);

  it('says whose a key is, wherever it was sent', async () => {
    const person = await app.person();
    const { key } = await make(person, { scopes: ['chat'], expires_in_days: 1 });
    const valid = { valid: true, user: { id: person.id }, scopes: ['chat'] };
    for (const answer of [
      await verify({}, { api_key: key }),
      await verify(asBearer(key)),
      await verify(asHeader(key)),
      await verify(asHeader(key), { api_key: key }),
    ]) {
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject(valid);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
    now += DAY;
    expect((await verify({}, { api_key: key })).body).toEqual({ valid: false });
  });

  it('says nothing more of a key that is not valid', async () => {
    const person = await app.person();
    const { key } = await make(person);
    const deactivated = await make(person);
    await setUser(person.id, { is_active: 0 });
    for (const answer of [
      await verify({}),
      await verify({}, {}),
      await verify({}, { api_key: '' }),
      await verify({}, { api_key: makeKey() }),
      await verify(asBearer(person.accessToken ?? '')),
      await verify({}, { api_key: deactivated.key }),
      await verify(asHeader(key), { api_key: deactivated.key }),
      await verify({ ...asHeader(key), ...asBearer(deactivated.key) }),
    ]) {
      expect([answer.status, answer.body]).toEqual([200, { valid: false }]);
    }
  });
});

describe('doubled credentials', () => {
  /** Sends header lines as they are: fetch would join them. */
  const raw = (headers: string[]): Promise<number> =>
    new Promise((resolve, reject) => {
      const { port } = new URL(app.url);
      const sent = httpRequest({ port, path: '/api/conversations', headers: ['Host', 'localhost', ...headers] });
      sent.on('response', (response) => (response.resume(), resolve(response.statusCode ?? 0))).on('error', reject);
      sent.end();
    });

  it('are refused, also when each of them is good', async () => {
    const [one, two] = [await make(admin), await make(admin)];
    const token = `Bearer ${(await signIn('admin')).accessToken ?? ''}`;
    expect(await raw(['Authorization', token])).toBe(200);
    expect(await raw(['X-API-Key', one.key])).toBe(200);
    expect(await raw(['X-API-Key', one.key, 'Authorization', `Bearer ${one.key}`])).toBe(200);
    expect(await raw(['X-API-Key', one.key, 'Authorization', 'Basic YTpi'])).toBe(200);
    for (const headers of [
      ['X-API-Key', one.key, 'X-API-Key', one.key],
      ['X-API-Key', one.key, 'x-api-key', two.key],
      ['Authorization', `Bearer ${one.key}`, 'Authorization', `Bearer ${two.key}`],
      ['Authorization', token, 'Authorization', token],
      ['X-API-Key', one.key, 'Authorization', `Bearer ${two.key}`],
      ['X-API-Key', one.key, 'Authorization', token],
      ['X-API-Key', token.slice(7)],
    ])
      expect([headers, await raw(headers)]).toEqual([headers, 401]);
  });
});

it.each(['bearer', 'session', 'auto'])('keys work in AUTH_MODE=%s, and live as long as is configured', async (mode) => {
  const other = await createTestApp({ env: { AUTH_MODE: mode, API_KEY_EXPIRY_DAYS: '7' } });
  try {
    const person = await other.person();
    const options = mode === 'bearer' ? { headers: asBearer(person.accessToken ?? '') } : {};
    const { body } = await person.post<NewApiKey>(path, { name: 'x' }, options);
    expect(Date.parse(body.expires_at ?? '') - Date.parse(body.created_at)).toBe(7 * DAY);
    expect((await person.post(path, { name: 'x', expires_in_days: 8 }, options)).status).toBe(400);
    for (const [, form] of forms) {
      const answer = await other.stranger().get('/api/conversations', { headers: form(body.key) });
      expect(answer.status).toBe(200);
    }
  } finally {
    await other.close();
  }
});
