import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import { Client, readEvents } from '../../../test/client.ts';
import { loadConfig } from '../../config.ts';
import { createMailbox } from '../notifications/outbox.fixture.ts';
import { isAmong } from './claim.ts';
import { nginxPath, startNginx, type Nginx } from './nginx.fixture.ts';

const HEADER = 'x-forwarded-email';
const settings = {
  SIGNUP_MODE: 'invite',
  TRUSTED_AUTH_HEADER: 'X-Forwarded-Email',
  TRUSTED_AUTH_NAME_HEADER: 'X-Forwarded-Name',
  TRUSTED_AUTH_GROUPS_HEADER: 'X-Forwarded-Groups',
  TRUSTED_PROXIES: '127.0.0.1',
};
const as = (email: string, more: Record<string, string> = {}) => ({ headers: { [HEADER]: email, ...more } });

const apps: TestApp[] = [];
async function start(env: Record<string, string> = {}): Promise<TestApp> {
  const app = await createTestApp({
    env: { ...settings, ...env },
    overrides: { mail: createMailbox().driver },
  });
  apps.push(app);
  return app;
}
afterAll(async () => {
  for (const app of apps) await app.close();
});

/** Headers one by one, as fetch would not send them. */
const raw = (url: string, headers: string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    httpRequest({ hostname, port, path: '/api/auth/session', headers: ['Host', 'localhost', ...headers] }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });

describe('a trusted header', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await start();
    await app.person('admin');
  });

  it('signs in who reads something, and what follows goes by the session', async () => {
    const client = app.stranger();
    const first = await client.get('/api/auth/session', as('Ada@Example.org', { 'x-forwarded-name': 'Ada Lovelace' }));
    expect([first.status, first.body.via]).toEqual([200, 'cookie']);
    expect(first.body.user).toMatchObject({ email: 'ada@example.org', name: 'Ada Lovelace', role: 'user' });
    client.csrfToken = first.body.csrf_token;
    const named = await client.patch('/api/users/me', { name: 'Countess' }, as('ada@example.org'));
    expect([named.status, named.body.name]).toEqual([200, 'Countess']);
    const devices = (await client.get('/api/auth/sessions', as('ada@example.org'))).body.items;
    expect(devices).toHaveLength(1);
  });

  it('gives requests that come together one session, and the same person one account', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => app.stranger().get('/api/users/me', as('crowd@example.org'))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(new Set(answers.map(({ headers }) => headers.getSetCookie()[0])).size).toBe(1);
  });

  it('changes nothing without a session and its token: another site could make the browser ask', async () => {
    const post = await app.stranger().post('/api/conversations', {}, as('ada@example.org'));
    expect(post.status).toBe(401);
    const client = app.stranger();
    await client.get('/api/auth/session', as('ada@example.org'));
    const second = await client.post('/api/conversations', {}, as('ada@example.org'));
    expect([second.status, second.body.code]).toEqual([403, 'CSRF_INVALID']);
  });

  it('that comes twice is refused, and so is one that differs from the session, the token or the key', async () => {
    expect(await raw(app.url, ['X-Forwarded-Email', 'ada@example.org'])).toBe(200);
    expect(await raw(app.url, ['X-Forwarded-Email', 'ada@example.org', 'x-forwarded-email', 'ada@example.org'])).toBe(
      401,
    );
    expect(await raw(app.url, ['X-Forwarded-Email', 'ada@example.org', 'X-Forwarded-Email', 'eve@example.org'])).toBe(
      401,
    );
    expect(
      await raw(app.url, ['X-Forwarded-Email', 'ada@example.org', 'X-Forwarded-Name', 'A', 'X-Forwarded-Name', 'B']),
    ).toBe(401);
    const client = app.stranger();
    client.signedIn(
      (await client.post('/api/auth/login', { login: 'admin@example.org', password: goodPassword })).body,
    );
    const { key } = (await client.post('/api/auth/api-keys', { name: 'key' })).body;
    const stranger = app.stranger();
    for (const [who, headers] of [
      [client, {}],
      [stranger, { authorization: `Bearer ${client.accessToken}` }],
      [stranger, { 'x-api-key': key }],
    ] as const) {
      expect((await who.get('/api/users/me/settings', as('admin@example.org', headers))).status).toBe(
        key && 'x-api-key' in headers ? 403 : 200,
      );
      const { status, body } = await who.get('/api/users/me', as('eve@example.org', headers));
      expect([status, body.code]).toEqual([401, 'AUTH_REQUIRED']);
    }
  });

  it('can be followed on purpose, in place of who was signed in', async () => {
    const client = app.stranger();
    client.signedIn(
      (await client.post('/api/auth/login', { login: 'admin@example.org', password: goodPassword })).body,
    );
    const before = new Map(client.cookies);
    const changed = await client.post('/api/auth/trusted', {}, as('ada@example.org'));
    expect([changed.status, changed.body.user.email]).toEqual([200, 'ada@example.org']);
    expect((await client.get('/api/users/me', as('ada@example.org'))).status).toBe(200);
    client.cookies = before;
    expect((await client.get('/api/users/me')).status).toBe(401);
    expect((await app.stranger().post('/api/auth/trusted', {})).status).toBe(401);
  });

  it.each(['x'.repeat(300), 'a\tb@example.org'])('that holds what no name can be is refused: %j', async (value) => {
    expect((await app.stranger().get('/api/auth/session', as(value))).status).toBe(401);
  });

  it('that is empty names nobody, and a name without an address makes no account', async () => {
    expect((await app.stranger().get('/api/auth/session', as(''))).status).toBe(401);
    expect((await app.stranger().get('/api/auth/session', as('ada'))).body.code).toBe('EMAIL_NOT_VERIFIED');
  });

  it('is subject to being switched off, to the second factor and to the mode of sign-up', async () => {
    const admin = await new Client(app.url).post('/api/auth/login', {
      login: 'admin@example.org',
      password: goodPassword,
    });
    const boss = new Client(app.url).signedIn(admin.body);
    boss.accessToken = admin.body.access_token;
    const one = (await app.stranger().get('/api/users/me', as('off@example.org'))).body;
    const { db } = app.carrel.database;
    await db.updateTable('users').set({ second_factor_at: 1 }).where('id', '=', one.id).execute();
    const agent = { 'user-agent': 'another' };
    const step = await app.stranger().post('/api/auth/trusted', {}, as('off@example.org', agent));
    expect([step.status, step.body.code, typeof step.body.details.challenge]).toEqual([401, 'TOTP_REQUIRED', 'string']);
    await db.updateTable('users').set({ is_active: 0 }).where('id', '=', one.id).execute();
    expect((await app.stranger().get('/api/users/me', as('off@example.org'))).status).toBe(403);
    const closed = await start({ SIGNUP_MODE: 'closed' });
    expect((await closed.stranger().get('/api/users/me', as('x@example.org'))).body.code).toBe('SETUP_REQUIRED');
    await closed.person('admin');
    expect((await closed.stranger().get('/api/users/me', as('y@example.org'))).body.code).toBe('SIGNUP_DISABLED');
    const approval = await start({ SIGNUP_MODE: 'approval' });
    await approval.person('admin');
    expect((await approval.stranger().get('/api/users/me', as('x@example.org'))).body.code).toBe('USER_PENDING');
  });

  it('makes admins of whom the operator named, and of nobody else', async () => {
    const own = await start({ TRUSTED_AUTH_ADMIN_GROUPS: 'Operators' });
    await own.person('admin');
    const role = async (email: string, groups: string) =>
      (await own.stranger().get('/api/users/me', as(email, { 'x-forwarded-groups': groups }))).body.role;
    expect(await role('boss@example.org', 'staff, operators')).toBe('admin');
    expect(await role('clerk@example.org', 'staff')).toBe('user');
    expect(
      (await app.stranger().get('/api/users/me', as('z@example.org', { 'x-forwarded-groups': 'operators,admin' }))).body
        .role,
    ).toBe('user');
  });

  it('is told to the page, and the admin sees what comes', async () => {
    expect((await app.stranger().get('/api/config')).body.trusted_header_auth).toBe(true);
    const client = app.stranger();
    client.signedIn(
      (await client.post('/api/auth/login', { login: 'admin@example.org', password: goodPassword })).body,
    );
    const { body } = await client.get('/api/admin/directories', as('admin@example.org'));
    expect(body.trusted_header).toMatchObject({
      header: HEADER,
      proxies: ['127.0.0.1'],
      now: { trusted: true, value: 'admin@example.org' },
    });
  });
});

describe('from an untrusted peer', () => {
  it('the header is refused on every kind of route, and the person’s own session goes on without it', async () => {
    const app = await start({ TRUSTED_PROXIES: '192.0.2.7' });
    const admin = await app.person('admin');
    for (const path of ['/api/auth/session', '/api/auth/providers', '/api/users/me', '/']) {
      expect((await app.stranger().get(path, as('admin@example.org'))).status).toBe(401);
      expect((await admin.get(path, as('admin@example.org'))).status).toBe(401);
    }
    const forged = { 'x-forwarded-for': '192.0.2.7', 'x-real-ip': '192.0.2.7', forwarded: 'for=192.0.2.7' };
    expect((await app.stranger().get('/api/auth/session', as('admin@example.org', forged))).status).toBe(401);
    expect((await app.stranger().post('/api/auth/trusted', {}, as('admin@example.org'))).status).toBe(401);
    expect((await admin.get('/api/users/me')).status).toBe(200);
    expect((await app.stranger().get('/health', as('x'))).status).toBe(200);
  });

  it('means nothing where nobody asked for it', async () => {
    const app = await createTestApp({ env: { TRUSTED_PROXIES: '127.0.0.1' } });
    await app.person('admin');
    expect((await app.stranger().get('/api/auth/session', as('admin@example.org'))).body.code).toBe('AUTH_REQUIRED');
    await app.close();
  });
});

describe.runIf(nginxPath)('behind nginx', () => {
  let app: TestApp;
  let nginx: Nginx;
  beforeAll(async () => {
    app = await start();
    await app.person('admin');
    nginx = await startNginx(app.url);
  });
  afterAll(() => nginx.stop());
  const login = (email: string) => ({ headers: { 'x-test-login': email } });

  it('who has signed in there is signed in here, streams included', async () => {
    const client = new Client(nginx.url);
    const { body } = await client.get('/api/auth/session', login('ada@example.org'));
    expect(body.user.email).toBe('ada@example.org');
    client.csrfToken = body.csrf_token;
    const response = await client.openStream(
      'POST',
      '/api/chat/stream',
      { content: 'Hello' },
      login('ada@example.org'),
    );
    const names: string[] = [];
    for await (const { event } of readEvents(response)) names.push(event);
    expect([names[0], names.at(-1)]).toEqual(['meta', 'done']);
  });

  it('what a client sends under that name is not believed', async () => {
    const client = new Client(nginx.url);
    expect((await client.get('/api/auth/session', as('admin@example.org'))).status).toBe(401);
    const both = { headers: { 'x-test-login': 'ada@example.org', [HEADER]: 'admin@example.org' } };
    expect((await client.get('/api/users/me', both)).body.email).toBe('ada@example.org');
  });

  it('a stream that was begun as one is not gone on with as another', async () => {
    const client = new Client(nginx.url);
    const { body } = await client.get('/api/auth/session', login('ada@example.org'));
    client.csrfToken = body.csrf_token;
    const other = await client.post('/api/chat/stream', { content: 'Hello' }, login('eve@example.org'));
    expect([other.status, other.body.code]).toEqual([401, 'AUTH_REQUIRED']);
  });
});

it.each([
  [{ TRUSTED_AUTH_HEADER: 'X-Email' }, 'TRUSTED_PROXIES'],
  [{ TRUSTED_AUTH_HEADER: 'Cookie', TRUSTED_PROXIES: '127.0.0.1' }, 'TRUSTED_AUTH_HEADER'],
  [{ TRUSTED_AUTH_HEADER: 'X-Forwarded-For', TRUSTED_PROXIES: '127.0.0.1' }, 'TRUSTED_AUTH_HEADER'],
  [{ TRUSTED_AUTH_HEADER: 'X-Email', TRUSTED_PROXIES: '127.0.0.1', AUTH_MODE: 'bearer' }, 'AUTH_MODE'],
  [
    { TRUSTED_AUTH_HEADER: 'X-A', TRUSTED_AUTH_NAME_HEADER: 'x-a', TRUSTED_PROXIES: '127.0.0.1' },
    'TRUSTED_AUTH_HEADER',
  ],
  [
    { TRUSTED_AUTH_HEADER: 'X-A', TRUSTED_AUTH_SIGN_OUT_URL: 'javascript:alert(1)', TRUSTED_PROXIES: '127.0.0.1' },
    'TRUSTED_AUTH_SIGN_OUT_URL',
  ],
  [
    { TRUSTED_AUTH_HEADER: 'X-A', TRUSTED_AUTH_SIGN_OUT_URL: '//evil.example', TRUSTED_PROXIES: '127.0.0.1' },
    'TRUSTED_AUTH_SIGN_OUT_URL',
  ],
])('%j does not start', (env, variable) => {
  expect(() => loadConfig({ env, cwd: '/nonexistent' })).toThrow(expect.objectContaining({ variable }) as Error);
});

it.each([
  ['127.0.0.1', ['127.0.0.1'], true],
  ['::ffff:127.0.0.1', ['loopback'], true],
  ['10.1.2.3', ['10.0.0.0/8'], true],
  ['fd00::1', ['uniquelocal'], true],
  ['11.1.2.3', ['10.0.0.0/8', 'loopback'], false],
  ['::1', ['127.0.0.1'], false],
  [undefined, ['127.0.0.1'], false],
])('%s among %j: %s', (address, list, is) => expect(isAmong(address, list)).toBe(is));
