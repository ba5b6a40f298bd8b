import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../test/app.ts';

const single = { WEBUI_AUTH: 'false' };

type Headers = Record<string, string>;
const ask = async (app: TestApp, url: string, headers: Headers = {}, remoteAddress = '127.0.0.1') => {
  const response = await app.carrel.app.inject({ method: 'GET', url, headers, remoteAddress });
  return { status: response.statusCode, body: response.json() as Record<string, unknown> };
};
const write = async (app: TestApp, headers: Headers) => {
  const response = await app.carrel.app.inject({
    method: 'POST',
    url: '/api/conversations',
    headers: { host: 'localhost', ...headers },
    payload: { title: 'x' },
  });
  return response.statusCode;
};

describe('without sign-in', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await createTestApp({ env: { ...single, AUTH_MODE: 'bearer' } });
  });
  afterAll(() => app.close());

  it('whoever sits at this machine is the one admin, from the first request', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(app, '/api/auth/session')));
    const ids = new Set(answers.map(({ body }) => (body['user'] as { id: string }).id));
    expect(ids.size).toBe(1);
    expect(answers[0]?.body).toMatchObject({ user: { role: 'admin', name: 'Owner' }, via: 'cookie' });
    expect((await ask(app, '/api/auth/providers')).body).toMatchObject({ setup_required: false });
    expect((await ask(app, '/api/config')).body).toMatchObject({ auth: false });
    expect((await ask(app, '/api/auth/sessions')).body['items']).toHaveLength(1);
  });

  it('goes on after signing out', async () => {
    const { body } = await ask(app, '/api/auth/session');
    const signOut = { 'x-csrf-token': String(body['csrf_token']), 'sec-fetch-site': 'same-origin' };
    const answer = await app.carrel.app.inject({ method: 'POST', url: '/api/auth/logout', headers: signOut });
    expect(answer.statusCode).toBe(204);
    expect((await ask(app, '/api/auth/session')).status).toBe(200);
  });

  it('whoever comes from elsewhere is nobody, through a tunnel or proxy too', async () => {
    for (const headers of [
      { 'x-forwarded-for': '127.0.0.1' },
      { forwarded: 'for=127.0.0.1' },
      { via: '1.1 tunnel' },
      { 'cf-connecting-ip': '127.0.0.1' },
      { 'x-real-ip': '127.0.0.1' },
    ])
      expect((await ask(app, '/api/conversations', headers)).status).toBe(401);
    expect((await ask(app, '/api/conversations', {}, '192.168.1.9')).status).toBe(401);
  });

  it('pages of others can do nothing, and names that point here are refused', async () => {
    const { body } = await ask(app, '/api/auth/session');
    const token = { 'x-csrf-token': String(body['csrf_token']) };
    expect(await write(app, {})).toBe(201);
    expect(await write(app, { ...token, origin: 'http://localhost', 'sec-fetch-site': 'same-origin' })).toBe(201);
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { ...token, origin: 'https://evil.example' },
      { host: 'evil.example' },
      { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' },
    ])
      expect([headers, await write(app, headers)]).toEqual([headers, 403]);
  });

  it('a bearer or key decides alone here too', async () => {
    for (const headers of [{ authorization: 'Bearer x' }, { authorization: 'bearer' }, { 'x-api-key': 'crl_x' }])
      expect((await ask(app, '/api/conversations', headers)).status).toBe(401);
    expect((await ask(app, '/api/conversations', { authorization: 'Basic YTpi' })).status).toBe(200);
    expect((await ask(app, '/api/conversations', { cookie: 'carrel_session=old' })).status).toBe(200);
  });
});

it('with other machines only where that was asked for', async () => {
  const app = await createTestApp({ env: { ...single, WEBUI_AUTH_FORCE: 'true', PUBLIC_URL: 'https://chat.example' } });
  try {
    expect((await ask(app, '/api/conversations', { 'x-forwarded-for': '192.0.2.1' }, '192.168.1.9')).status).toBe(200);
    expect((await ask(app, '/api/conversations', { host: 'evil.example' })).status).toBe(403);
  } finally {
    await app.close();
  }
});

it.each([
  [{ HOST: '0.0.0.0' }, 'HOST is 0.0.0.0'],
  [{ HOST: '::' }, 'HOST is ::'],
  [{ HOST: '192.168.1.4' }, 'HOST is 192.168.1.4'],
  [{ PUBLIC_URL: 'https://chat.example' }, 'PUBLIC_URL is https://chat.example'],
  [{ TRUSTED_PROXIES: 'loopback' }, 'TRUSTED_PROXIES is set'],
])('does not start where others could come in: %j', async (env, why) => {
  const start = createTestApp({ env: { ...single, ...env } });
  await expect(start).rejects.toThrow(`WEBUI_AUTH: false lets in whoever reaches this server, and ${why}.`);
});

describe('the first admin of the configuration', () => {
  const account = { ADMIN_EMAIL: 'Ada@Example.org', ADMIN_PASSWORD: goodPassword };

  it('is there before anyone can come, once, and signs in', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'carrel-test-'));
    try {
      for (const password of [goodPassword, `${goodPassword} another`]) {
        const app = await createTestApp({ env: { ...account, ADMIN_PASSWORD: password }, dataDir });
        const guest = app.stranger();
        expect((await guest.get('/api/auth/providers')).body.setup_required).toBe(false);
        const setup = { email: 'evil@example.org', password: goodPassword };
        expect((await guest.post('/api/auth/setup', setup)).body.code).toBe('SETUP_DONE');
        const login = await guest.post('/api/auth/login', { login: 'ada@example.org', password: goodPassword });
        expect([login.status, login.body.user.role]).toEqual([200, 'admin']);
        await app.close();
      }
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  it('is one, of two processes that start at once', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'carrel-test-'));
    const start = (n: number) => createTestApp({ env: { ...account, ADMIN_EMAIL: `ada${n}@example.org` }, dataDir });
    const empty = await start(0);
    await empty.carrel.database.db.deleteFrom('settings').execute();
    await empty.carrel.database.db.deleteFrom('users').execute();
    await empty.close();
    const both = await Promise.all([start(1), start(2)]);
    try {
      const users = await both[0].carrel.database.db.selectFrom('users').select('role').execute();
      expect(users).toEqual([{ role: 'admin' }]);
    } finally {
      for (const app of both) await app.close();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  it.each([
    [{ ADMIN_EMAIL: 'a@example.org' }, /^ADMIN_PASSWORD: is missing/],
    [{ ADMIN_PASSWORD: goodPassword }, /^ADMIN_EMAIL: is missing/],
    [{ ...account, ADMIN_EMAIL: 'ada' }, /^ADMIN_EMAIL: "ada" is not an e-mail address/],
    [{ ...account, ADMIN_PASSWORD: 'hunter2' }, /^ADMIN_PASSWORD: the first admin cannot have this password\. .*15/],
  ])('stops the start with one line: %j', async (env, line) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'carrel-test-'));
    const failure = await createTestApp({ env, dataDir }).then(
      () => null,
      (error: unknown) => error,
    );
    rmSync(dataDir, { recursive: true, force: true });
    expect((failure as Error).message).toMatch(line);
    expect((failure as Error).message).not.toMatch(/hunter2|\n/);
  });
});
