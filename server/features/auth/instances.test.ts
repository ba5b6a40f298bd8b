import { afterEach, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';

/** What depends on how an instance is configured, or on its first minute. */
let app: TestApp;
const start = async (env: Record<string, string>): Promise<TestApp> => (app = await createTestApp({ env }));
afterEach(() => app.close());

const login = { login: 'person1@example.org', password: goodPassword };
const inject = (method: 'GET' | 'POST', url: string, headers: Record<string, string>, payload?: object) =>
  app.carrel.app.inject({ method, url, headers, ...(payload && { payload }) });

describe('setup', () => {
  const account = { email: 'first@example.org', password: goodPassword };

  it('makes one admin of 50 who ask at once, and none after', async () => {
    await start({});
    expect((await app.stranger().get('/api/auth/providers')).body).toMatchObject({
      setup_required: true,
      signup: 'open',
      password: true,
    });
    expect((await app.stranger().post('/api/auth/register', account)).body).toMatchObject({
      status: 409,
      code: 'SETUP_REQUIRED',
    });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        app.stranger().post('/api/auth/setup', { ...account, email: `first${n}@example.org` }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201).map(({ body }) => body.user.role)).toEqual(['admin']);
    expect(answers.filter(({ status, body }) => status === 409 && body.code === 'SETUP_DONE')).toHaveLength(49);
    expect((await app.stranger().get('/api/auth/providers')).body).toMatchObject({ setup_required: false });
    expect((await app.stranger().post('/api/auth/setup', account)).body.code).toBe('SETUP_DONE');
  });

  it('asks who comes through a proxy or from another machine for the code of the console', async () => {
    await start({});
    const elsewhere = [
      { 'x-forwarded-for': '127.0.0.1' },
      { forwarded: 'for=127.0.0.1' },
      { 'cf-connecting-ip': '127.0.0.1' },
    ];
    for (const headers of elsewhere) {
      const answer = await inject('POST', '/api/auth/setup', headers, account);
      expect([answer.statusCode, answer.json()]).toEqual([403, expect.objectContaining({ code: 'FORBIDDEN' })]);
    }
    const remote = await app.carrel.app.inject({
      method: 'POST',
      url: '/api/auth/setup',
      remoteAddress: '192.0.2.7',
      payload: account,
    });
    expect(remote.statusCode).toBe(403);
    const withCode = { ...account, setup_code: app.carrel.services.auth.setupCode() };
    expect((await inject('POST', '/api/auth/setup', { 'x-forwarded-for': '192.0.2.7' }, withCode)).statusCode).toBe(
      201,
    );
  });
});

it('gives somebody who waits for approval nothing but the answer', async () => {
  await start({ SIGNUP_MODE: 'approval' });
  await app.stranger().post('/api/auth/setup', { email: 'first@example.org', password: goodPassword });
  const person = app.stranger();
  const { status, body } = await person.post('/api/auth/register', { email: login.login, password: goodPassword });
  expect([status, Object.keys(body), body.user.role]).toEqual([201, ['user'], 'pending']);
  expect(person.cookies.size).toBe(0);
  expect((await person.post('/api/auth/login', login)).body).toMatchObject({ status: 403, code: 'USER_PENDING' });
});

it('has a cookie for HTTPS alone behind HTTPS, and does not look at others', async () => {
  await start({ PUBLIC_URL: 'https://carrel.example', TRUSTED_PROXIES: '192.0.2.1' });
  const person = await app.person();
  const [[name, secret] = ['', '']] = [...person.cookies];
  expect([...person.cookies.keys()]).toEqual(['__Host-carrel_session', '__Secure-carrel_refresh']);
  expect(
    (await inject('GET', '/api/users/me', { cookie: `${name}=${secret}`, host: 'carrel.example' })).statusCode,
  ).toBe(200);
  for (const other of ['carrel_session', '__Secure-carrel_session']) {
    expect(
      (await inject('GET', '/api/users/me', { cookie: `${other}=${secret}`, host: 'carrel.example' })).statusCode,
    ).toBe(401);
  }
});

it('believes a trusted proxy, and nobody else, that a request came by HTTPS', async () => {
  await start({ TRUSTED_PROXIES: '192.0.2.1' });
  await app.person();
  const cookieFrom = async (remoteAddress: string): Promise<string> => {
    const answer = await app.carrel.app.inject({
      method: 'POST',
      url: '/api/auth/login',
      headers: { 'x-forwarded-proto': 'https' },
      payload: login,
      remoteAddress,
    });
    return String(answer.headers['set-cookie']);
  };
  expect(await cookieFrom('192.0.2.1')).toMatch(/^__Host-carrel_session=.*; Secure$/);
  expect(await cookieFrom('192.0.2.2')).toMatch(/^carrel_session_/);
});

it('in session mode has no access tokens', async () => {
  await start({ AUTH_MODE: 'session' });
  const person = app.stranger();
  const { body } = await person.post('/api/auth/setup', { email: login.login, password: goodPassword });
  expect(Object.keys(body).sort()).toEqual(['csrf_token', 'user']);
  expect((await person.get('/api/users/me')).status).toBe(200);
  expect((await person.get('/api/users/me', { headers: { authorization: 'Bearer x' } })).status).toBe(401);
  expect((await person.post('/api/auth/refresh')).body.code).toBe('AUTH_REQUIRED');
});

it('in bearer mode has no session cookie, and a refresh cookie', async () => {
  await start({ AUTH_MODE: 'bearer' });
  const person = app.stranger();
  const { body } = await person.post('/api/auth/setup', { email: login.login, password: goodPassword });
  expect([...person.cookies.keys()]).toEqual([expect.stringMatching(/^carrel_refresh_/)]);
  expect((await person.get('/api/users/me')).status).toBe(401);
  const fresh = await person.post('/api/auth/refresh');
  expect([...person.cookies.keys()]).toEqual([expect.stringMatching(/^carrel_refresh_/)]);
  const withFresh = { headers: { authorization: `Bearer ${fresh.body.access_token}` } };
  expect((await person.get('/api/users/me', withFresh)).body.id).toBe(body.user.id);
  expect(
    (await person.get('/api/users/me', { headers: { authorization: `Bearer ${body.access_token}` } })).status,
  ).toBe(200);
});

it('slows down who tries passwords, by network, whatever address they claim', async () => {
  await start({ RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_AUTH: '3' });
  const attempt = (n: number, remoteAddress: string) =>
    app.carrel.app.inject({
      method: 'POST',
      url: '/api/auth/login',
      headers: { 'x-forwarded-for': `198.51.100.${n}` },
      payload: { ...login, password: `wrong ${n}` },
      remoteAddress,
    });
  const statuses: number[] = [];
  for (let n = 1; n <= 4; n += 1) statuses.push((await attempt(n, `2001:db8::${n}`)).statusCode);
  expect(statuses).toEqual([401, 401, 401, 429]);
  const refused = await attempt(5, '2001:db8::5');
  expect(refused.json()).toMatchObject({
    code: 'RATE_LIMITED',
    details: { retry_after: expect.any(Number) as number },
  });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await attempt(6, '2001:db8:0:1::1')).statusCode).toBe(401);
});

it('makes who guesses a password wait, tells nothing of whether the account exists, and spares its owner', async () => {
  await start({ RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_AUTH: '1000' });
  const owner = await app.person();
  const attempt = (remoteAddress: string, body: object) =>
    app.carrel.app.inject({
      method: 'POST',
      url: '/api/auth/login',
      headers: { 'x-request-id': 'the-same-id' },
      payload: body,
      remoteAddress,
    });
  const guess = { ...login, password: 'not the password at all' };
  expect((await attempt('192.0.2.1', login)).statusCode).toBe(200);
  const known = await Promise.all(Array.from({ length: 20 }, () => attempt('198.51.100.1', guess)));
  expect(known.filter(({ statusCode }) => statusCode === 401)).toHaveLength(5);
  const nobody = { ...guess, login: 'nobody@example.org' };
  const unknown = await Promise.all(Array.from({ length: 20 }, () => attempt('198.51.100.2', nobody)));
  const seen = (answers: typeof known): unknown[] =>
    answers
      .map(({ statusCode, body, headers }) => `${statusCode} ${headers['retry-after']} ${body}`)
      .sort((a, b) => a.localeCompare(b));
  expect(seen(unknown)).toEqual(seen(known));

  const refused = await attempt('198.51.100.1', login);
  expect([refused.statusCode, refused.headers['retry-after'], refused.json()]).toEqual([
    429,
    '15',
    expect.objectContaining({ code: 'ACCOUNT_LOCKED', details: { retry_after: 15 } }),
  ]);
  for (let n = 0; n < 30; n += 1) await attempt(`203.0.113.${n}`, guess);
  expect((await attempt('203.0.113.99', login)).json()).toMatchObject({ code: 'ACCOUNT_LOCKED' });
  expect((await attempt('192.0.2.1', login)).statusCode).toBe(200);
  expect((await owner.get('/api/users/me')).status).toBe(200);
});
