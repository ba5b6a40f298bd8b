import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import { loadConfig } from '../../config.ts';
import { BASE, passwordOf, SERVICE, slapdPath, startSlapd, type Slapd } from './slapd.fixture.ts';
import { escaped, filled } from './template.ts';

describe('a filter', () => {
  it('takes nothing that was typed for its own', () => {
    const typed = 'a*)(uid=*))(|(uid=*\\\u0000ü';
    expect(filled('(&(uid={{username}})(x=1))', { username: typed })).toBe(`(&(uid=${escaped(typed)})(x=1))`);
    expect(escaped(typed)).toBe('a\\2a\\29\\28uid\\3d\\2a\\29\\29\\28\\7c\\28uid\\3d\\2a\\5c\\00ü');
    expect(filled('(uid={{username}})', { username: '{{dn}}', dn: 'x' })).toBe('(uid=\\7b\\7bdn\\7d\\7d)');
  });
});

describe.runIf(slapdPath)('LDAP', () => {
  let slapd: Slapd;
  const apps: TestApp[] = [];
  const env = (more: Record<string, string> = {}): Record<string, string> => ({
    SIGNUP_MODE: 'invite',
    LDAP_URL: slapd.url,
    LDAP_CA_FILE: slapd.ca,
    LDAP_BIND_DN: SERVICE.dn,
    LDAP_BIND_PASSWORD: SERVICE.password,
    LDAP_SEARCH_BASE: `ou=people,${BASE}`,
    LDAP_GROUP_BASE: `ou=groups,${BASE}`,
    ...more,
  });
  async function start(more?: Record<string, string>): Promise<TestApp> {
    const app = await createTestApp({ env: env(more) });
    apps.push(app);
    return app;
  }
  const login = (app: TestApp, name: string, password = passwordOf(name), more: object = {}) =>
    app.stranger().post('/api/auth/login', { login: name, password, method: 'ldap', ...more });

  let app: TestApp;
  beforeAll(async () => {
    slapd = await startSlapd();
    app = await start();
    await app.person('admin');
  });
  afterAll(async () => {
    for (const one of apps) await one.close();
    await slapd.stop();
  });

  it('is offered', async () => {
    expect((await app.stranger().get('/api/auth/providers')).body.ldap).toBe(true);
  });

  it('signs in with the directory’s password, by name and by address, as one person', async () => {
    const first = await login(app, 'grace');
    expect(first.status).toBe(200);
    expect(first.body.user).toMatchObject({
      email: 'grace@example.org',
      username: 'grace',
      role: 'user',
      email_verified: true,
    });
    const again = await login(app, 'grace@example.org', passwordOf('grace'));
    expect(again.body.user.id).toBe(first.body.user.id);
    const client = app.stranger();
    client.signedIn(
      (await client.post('/api/auth/login', { login: 'müller', password: passwordOf('müller'), method: 'ldap' })).body,
    );
    expect((await client.get('/api/users/me')).body.email).toBe('mueller@example.org');
  });

  it.each([
    ['a wrong password', 'grace', 'wrong'],
    ['a name that nobody has', 'nobody', passwordOf('grace')],
    ['a name that two have', 'twin', passwordOf('twin')],
    ['every name', '*', passwordOf('grace')],
    ['part of a name', 'gra*', passwordOf('grace')],
    ['a filter in the name', 'grace)(uid=*', passwordOf('grace')],
    ['a way out of the filter', '*))(|(uid=*', passwordOf('grace')],
    ['a zero in the name', 'grace\\00', passwordOf('grace')],
    ['a name of an entry', `cn=person 1,ou=people,${BASE}`, passwordOf('grace')],
    ['who is not below the base', 'carrel', SERVICE.password],
  ])('refuses %s in the same words', async (_what, name, password) => {
    const { status, body } = await login(app, name, password);
    expect([status, body.code, body.message]).toEqual([
      401,
      'INVALID_CREDENTIALS',
      'Wrong e-mail, user name or password.',
    ]);
  });

  it('never asks with an empty password, which many directories take for anonymous', async () => {
    expect((await login(app, 'grace', '')).status).toBe(400);
    const form = new URLSearchParams({ username: 'grace', password: '', method: 'ldap' });
    expect((await app.stranger().post('/api/auth/login', form)).status).toBe(400);
  });

  it('finds names with the signs of a filter in them', async () => {
    expect((await login(app, 'star*')).body.user.email).toBe('star@example.org');
  });

  it('makes no account for who has no address there', async () => {
    const { status, body } = await login(app, 'no(mail)');
    expect([status, body.code]).toEqual([403, 'EMAIL_NOT_VERIFIED']);
  });

  it('asks only those who say so: the local password stays the local one', async () => {
    const plain = await app.stranger().post('/api/auth/login', { login: 'grace', password: passwordOf('grace') });
    expect([plain.status, plain.body.code]).toEqual([401, 'INVALID_CREDENTIALS']);
    const local = await app
      .stranger()
      .post('/api/auth/login', { login: 'admin@example.org', password: goodPassword, method: 'local' });
    expect(local.status).toBe(200);
  });

  it('does not hand over an account of the same address that nobody has confirmed', async () => {
    const open = await start({ SIGNUP_MODE: 'open' });
    await open.person('admin');
    await open.person('ada');
    const { status, body } = await login(open, 'ada');
    expect([status, body.code]).toEqual([409, 'EMAIL_EXISTS']);
  });

  it('lets nobody in before the first admin, nobody new where sign-up is closed, and has newcomers wait for approval', async () => {
    const fresh = await start();
    expect((await login(fresh, 'ada')).body.code).toBe('SETUP_REQUIRED');
    const closed = await start({ SIGNUP_MODE: 'closed' });
    await closed.person('admin');
    expect((await login(closed, 'ada')).body.code).toBe('SIGNUP_DISABLED');
    const own = await start({ LDAP_SIGNUP: 'false' });
    await own.person('admin');
    expect((await login(own, 'ada')).body.code).toBe('SIGNUP_DISABLED');
    const approval = await start({ SIGNUP_MODE: 'approval' });
    await approval.person('admin');
    expect((await login(approval, 'ada')).body.code).toBe('USER_PENDING');
  });

  it('of many first sign-ins at once one makes the account', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => login(app, 'ada')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.user.id)).size).toBe(1);
    // Without LDAP_ADMIN_GROUPS nobody becomes an admin.
    expect(answers[0]?.body.user.role).toBe('user');
  });

  it('is subject to being switched off, and to the second factor', async () => {
    const own = await start();
    const admin = await own.person('admin');
    const client = own.stranger();
    client.signedIn(
      (await client.post('/api/auth/login', { login: 'grace', password: passwordOf('grace'), method: 'ldap' })).body,
    );
    const { db } = own.carrel.database;
    await db.updateTable('users').set({ second_factor_at: 1 }).where('id', '=', client.id).execute();
    const second = await login(own, 'grace');
    expect([second.status, second.body.code, typeof second.body.details.challenge]).toEqual([
      401,
      'TOTP_REQUIRED',
      'string',
    ]);
    await admin.patch(`/api/admin/users/${client.id}`, { is_active: false });
    expect((await client.get('/api/users/me')).status).toBe(401);
    expect((await login(own, 'grace')).body.code).toBe('USER_INACTIVE');
    expect((await login(own, 'grace', 'wrong')).body.code).toBe('INVALID_CREDENTIALS');
  });

  it('locks out who guesses, names that nobody has alike', async () => {
    const own = await start({ RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_AUTH: '100' });
    await own.person('admin');
    for (const name of ['grace', 'nobody']) {
      for (let attempt = 1; attempt <= 5; attempt += 1) expect((await login(own, name, 'wrong')).status).toBe(401);
      const { status, body } = await login(own, name);
      expect([status, body.code]).toEqual([429, 'ACCOUNT_LOCKED']);
    }
  });

  it('puts people into groups of the same or the mapped name, and makes admins of whom the operator named', async () => {
    const own = await start({ LDAP_GROUP_MAP: 'staff=Everybody', LDAP_ADMIN_GROUPS: 'Carrel-Admins' });
    const admin = await own.person('admin');
    const group = (await admin.post('/api/admin/groups', { name: 'Everybody' })).body.id;
    expect((await login(own, 'ada')).body.user.role).toBe('admin');
    expect((await login(own, 'grace')).body.user.role).toBe('user');
    const { items } = (await admin.get(`/api/admin/groups/${group}/members`)).body;
    expect(items.map(({ email }: { email: string }) => email).toSorted()).toEqual([
      'ada@example.org',
      'grace@example.org',
    ]);
  });

  it('goes to the next server where one does not answer, and says plainly when none does', async () => {
    const second = await start({ LDAP_URL: `ldap://127.0.0.1:1,${slapd.url}` });
    await second.person('admin');
    expect((await login(second, 'grace')).status).toBe(200);
    const none = await start({ LDAP_URL: 'ldap://127.0.0.1:1' });
    await none.person('admin');
    const { status, body } = await login(none, 'grace');
    expect([status, body.code]).toEqual([502, 'PROVIDER_UNREACHABLE']);
  });

  it('does not wait for a server that takes the connection and says nothing', async () => {
    const silent: Server = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const own = await start({ LDAP_URL: `ldap://127.0.0.1:${port},${slapd.url}`, LDAP_TIMEOUT_MS: '200' });
    await own.person('admin');
    expect((await login(own, 'grace')).status).toBe(200);
    silent.close();
  });

  it('speaks TLS from the first byte too, and to nobody whose certificate it does not know', async () => {
    const secure = await start({ LDAP_URL: slapd.secureUrl });
    await secure.person('admin');
    expect((await login(secure, 'grace')).status).toBe(200);
    for (const url of [slapd.url, slapd.secureUrl]) {
      const wary = await start({ LDAP_URL: url, LDAP_CA_FILE: '' });
      await wary.person('admin');
      expect((await login(wary, 'grace')).body.code).toBe('PROVIDER_UNREACHABLE');
    }
    const plain = await start({ LDAP_TLS: 'none', LDAP_CA_FILE: '' });
    await plain.person('admin');
    expect((await login(plain, 'grace')).status).toBe(200);
  });

  it('tells the admin what fails', async () => {
    const test = async (more: Record<string, string>, body: object = {}) => {
      const own = await start(more);
      const admin = await own.person('admin');
      return (await admin.post('/api/admin/ldap/test', body)).body;
    };
    expect(await test({}, { username: 'grace' })).toMatchObject({
      ok: true,
      servers: [{ server: slapd.url, ok: true, person: { mail: 'grace@example.org', groups: ['staff'] } }],
    });
    expect(await test({})).toMatchObject({ ok: true, servers: [{ ok: true, person: null }] });
    expect(await test({}, { username: 'nobody' })).toMatchObject({ ok: false });
    expect(await test({}, { username: 'no(mail)' })).toMatchObject({
      ok: false,
      servers: [{ message: expect.stringContaining('mail') }],
    });
    const failures: [Record<string, string>, string][] = [
      [{ LDAP_URL: 'ldap://127.0.0.1:1' }, 'Nothing listens'],
      [{ LDAP_CA_FILE: '' }, 'LDAP_CA_FILE'],
      [{ LDAP_BIND_PASSWORD: 'wrong' }, 'LDAP_BIND_DN'],
      [{ LDAP_SEARCH_BASE: 'ou=nothing,dc=example,dc=org' }, 'LDAP_SEARCH_BASE'],
    ];
    for (const [more, words] of failures)
      expect(await test(more)).toMatchObject({
        ok: false,
        servers: [{ ok: false, message: expect.stringContaining(words) }],
      });
  });

  it('shows no secrets to the admin’s page, and nothing to members', async () => {
    const own = await start();
    const admin = await own.person('admin');
    const { body } = await admin.get('/api/admin/directories');
    expect(body.ldap).toMatchObject({ servers: [slapd.url], encrypted: true });
    expect(JSON.stringify(body)).not.toContain(SERVICE.password);
  });
});

it('where no directory is set up nobody signs in by it', async () => {
  const app = await createTestApp();
  const answer = await app.stranger().post('/api/auth/login', { login: 'x', password: 'y', method: 'ldap' });
  expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION_FAILED']);
  expect((await app.stranger().get('/api/auth/providers')).body.ldap).toBe(false);
  await app.close();
});

it.each([
  [{ LDAP_URL: 'ldap://x' }, 'LDAP_SEARCH_BASE'],
  [{ LDAP_URL: 'http://x', LDAP_SEARCH_BASE: 'o=x' }, 'LDAP_URL'],
  [{ LDAP_URL: 'ldap://x', LDAP_SEARCH_BASE: 'o=x', LDAP_BIND_DN: 'cn=x' }, 'LDAP_BIND_PASSWORD'],
  [{ LDAP_URL: 'ldap://x', LDAP_SEARCH_BASE: 'o=x', LDAP_SEARCH_FILTER: '(uid=x)' }, 'LDAP_SEARCH_FILTER'],
  [{ LDAP_URL: 'ldap://x', LDAP_SEARCH_BASE: 'o=x', LDAP_ADMIN_GROUPS: 'x' }, 'LDAP_GROUP_BASE'],
])('%j does not start', (env, variable) => {
  expect(() => loadConfig({ env, cwd: '/nonexistent' })).toThrow(expect.objectContaining({ variable }) as Error);
});
