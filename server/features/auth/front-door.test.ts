import { createHmac, createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';

type Headers = Record<string, string>;

let app: TestApp;
let admin: Client;
beforeAll(async () => {
  app = await createTestApp();
  admin = await app.person('admin');
});
afterAll(() => app.close());

const inject = async (method: 'GET' | 'POST' | 'PATCH', url: string, headers: Headers, payload?: object | string) => {
  const response = await app.carrel.app.inject({ method, url, headers, ...(payload !== undefined && { payload }) });
  return {
    status: response.statusCode,
    body: (response.body ? response.json() : null) as Record<string, unknown> | null,
  };
};
const cookieOf = (client: Client): string => [...client.cookies].map((pair) => pair.join('=')).join('; ');
const withBearer = (token: string | null) => ({ headers: { authorization: `Bearer ${token ?? ''}` } });
const me = '/api/users/me';

describe('a session cookie', () => {
  it('speaks for a change only together with the CSRF token of its session', async () => {
    const [person, other] = [await app.person(), await app.person()];
    for (const token of ['', 'x', String(other.csrfToken)]) {
      const answer = await person.patch<{ code: string }>(
        me,
        { name: 'Changed' },
        { headers: { 'x-csrf-token': token } },
      );
      expect([answer.status, answer.body.code]).toEqual([403, 'CSRF_INVALID']);
    }
    expect((await inject('PATCH', me, { cookie: cookieOf(person) }, { name: 'Changed' })).status).toBe(403);
    expect((await person.get<{ name: string }>(me)).body.name).not.toBe('Changed');
    expect((await person.patch(me, { name: 'Changed' })).body).toMatchObject({ name: 'Changed' });
  });

  it('cannot be read by scripts and does not travel to other sites', async () => {
    const response = await app
      .stranger()
      .fetch('POST', '/api/auth/login', { login: 'admin@example.org', password: goodPassword });
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^carrel_session_[0-9a-f]{8}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/),
      expect.stringMatching(/^carrel_refresh_[0-9a-f]{8}=[\w-]{43}; Path=\/api\/auth; HttpOnly; SameSite=Strict$/),
    ]);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('is refused when there are two of them', async () => {
    const person = await app.person();
    const [name] = [...person.cookies.keys()];
    expect((await inject('GET', me, { cookie: cookieOf(person) })).status).toBe(200);
    expect((await inject('GET', me, { cookie: `${String(name)}=planted; ${cookieOf(person)}` })).status).toBe(401);
  });

  it('shows who it is for, with the token, and the devices of this person alone', async () => {
    const person = await app.person();
    const { body } = await person.get('/api/auth/session');
    expect(body).toMatchObject({ user: { id: person.id }, csrf_token: person.csrfToken, via: 'cookie' });
    const { body: devices } = await person.get<{ items: { id: string; current: boolean }[] }>('/api/auth/sessions');
    expect(devices).toEqual({ items: [expect.objectContaining({ current: true })], next_cursor: null });
    const id = String(devices.items[0]?.id);
    expect((await admin.delete(`/api/auth/sessions/${id}`)).status).toBe(204);
    expect((await person.get(me)).status).toBe(200);
    expect((await person.delete(`/api/auth/sessions/${id}`)).status).toBe(204);
    expect((await person.get(me)).body).toMatchObject({ code: 'SESSION_EXPIRED' });
  });
});

describe('a bearer', () => {
  it('decides alone: when it is not good, no cookie helps', async () => {
    const person = await app.person();
    const cookie = cookieOf(person);
    for (const authorization of [
      'Bearer',
      'Bearer ',
      'bearer abc',
      'Bearer a.b.c',
      `Bearer ${String(person.accessToken)}x`,
      'BEARER crl_123',
    ]) {
      expect([authorization, (await inject('GET', me, { cookie, authorization })).status]).toEqual([
        authorization,
        401,
      ]);
    }
    const headers = { cookie, authorization: 'Bearer abc', 'x-csrf-token': String(person.csrfToken) };
    expect((await inject('PATCH', me, headers, { name: 'Changed' })).status).toBe(401);
    expect((await inject('GET', me, { cookie, authorization: 'Basic YTpi' })).status).toBe(200);
    expect((await inject('GET', me, { authorization: `bEaReR  ${String(person.accessToken)}` })).status).toBe(200);
  });

  it('needs no CSRF token and may come from another site', async () => {
    const { accessToken } = await app.person();
    const headers = {
      authorization: `Bearer ${String(accessToken)}`,
      origin: 'https://elsewhere.example',
      'sec-fetch-site': 'cross-site',
    };
    expect((await inject('PATCH', me, headers, { name: 'Changed' })).body).toMatchObject({ name: 'Changed' });
  });

  it('made by an attacker is refused', async () => {
    const person = await app.person();
    const [header, payload, signature] = String(person.accessToken)
      .split('.')
      .map((part) => Buffer.from(part, 'base64url'));
    const head = JSON.parse(String(header)) as object;
    const claims = JSON.parse(String(payload)) as object;
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const publicKey = createPublicKey(app.config.secrets.jwtPrivateKey).export({ type: 'spki', format: 'pem' });
    const hmac = (changes: object, key: string | Buffer): string => {
      const text = `${part({ ...head, alg: 'HS256', ...changes })}.${part(claims)}`;
      return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
    };
    const forged = [
      `${part({ ...head, alg: 'none' })}.${part(claims)}.`,
      hmac({}, publicKey),
      hmac({ kid: '../../dev/null' }, ''),
      hmac({ jku: 'https://evil.example/jwks.json' }, publicKey),
      `${part(head)}.${part({ ...claims, sub: admin.id })}.${String(signature?.toString('base64url'))}`,
    ];
    for (const token of forged)
      expect((await app.stranger().get(me, withBearer(token))).body).toMatchObject({
        status: 401,
        code: 'TOKEN_REVOKED',
      });
    expect((await app.stranger().get(me, withBearer(person.accessToken))).status).toBe(200);
  });

  it('dies with the session, at once', async () => {
    const person = await app.person();
    const copy = withBearer(person.accessToken);
    expect((await person.post('/api/auth/logout')).status).toBe(204);
    expect(person.cookies.size).toBe(0);
    expect((await app.stranger().get(me, copy)).body).toMatchObject({ code: 'TOKEN_REVOKED' });
  });

  it('of every device dies when all are signed out', async () => {
    const person = await app.person();
    const phone = (
      await app
        .stranger()
        .post<{ access_token: string }>('/api/auth/login', { login: person.user?.email, password: goodPassword })
    ).body;
    expect((await app.stranger().post('/api/auth/logout-all', undefined, withBearer(phone.access_token))).status).toBe(
      204,
    );
    for (const token of [phone.access_token, person.accessToken])
      expect((await app.stranger().get(me, withBearer(token))).status).toBe(401);
  });

  it('can be checked with the published keys, which hold nothing private', async () => {
    const { body } = await app.stranger().get<{ keys: object[] }>('/.well-known/jwks.json');
    expect(body.keys).toEqual([
      {
        kty: 'EC',
        crv: 'P-256',
        x: expect.any(String) as string,
        y: expect.any(String) as string,
        kid: expect.any(String) as string,
        alg: 'ES256',
        use: 'sig',
      },
    ]);
  });
});

describe('pages that are not ours', () => {
  const login = { login: 'admin@example.org', password: goodPassword };
  const form = new URLSearchParams({ username: login.login, password: login.password }).toString();
  const formType = { 'content-type': 'application/x-www-form-urlencoded' };

  it.each<[string, Headers, number]>([
    ['a cross-site form', { ...formType, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
    ['a cross-site form of an older browser', { ...formType, origin: 'https://evil.example' }, 403],
    ['a sandboxed page', { ...formType, origin: 'null' }, 403],
    ['a sibling port', { ...formType, origin: 'http://localhost:1' }, 403],
    ['no page at all', formType, 200],
  ])('%s', async (_name, headers, status) => {
    expect((await inject('POST', '/api/auth/login', headers, form)).status).toBe(status);
  });

  it('cannot pass JSON off as text or a form where JSON is asked for', async () => {
    const body = JSON.stringify({ email: 'text@example.org', password: goodPassword });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const answer = await inject('POST', '/api/auth/register', { 'content-type': type }, body);
      expect(answer).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE' } });
    }
  });

  it('cannot reach us under a name of theirs, reading or writing', async () => {
    for (const url of ['/api/auth/providers', '/health', me]) {
      expect(await inject('GET', url, { host: 'evil.example' })).toMatchObject({
        status: 403,
        body: { code: 'FORBIDDEN', detail: expect.stringContaining('ALLOWED_HOSTS') as string },
      });
    }
    expect(
      (await inject('POST', '/api/auth/login', { host: 'evil.example', origin: 'http://evil.example' }, login)).status,
    ).toBe(403);
    expect((await inject('GET', '/api/auth/providers', { host: '192.168.1.20:8080' })).status).toBe(200);
  });
});

describe('bodies', () => {
  it.each<[string, 'POST' | 'PATCH', object, string]>([
    ['/api/auth/register', 'POST', { email: 'x@example.org', password: goodPassword, role: 'admin' }, 'role'],
    ['/api/auth/login', 'POST', { login: 'x', password: 'x', is_active: true }, 'is_active'],
    [me, 'PATCH', { role: 'admin' }, 'role'],
    [me, 'PATCH', { created_at: 0 }, 'created_at'],
    [me, 'PATCH', { username: 'with@sign' }, 'username'],
    [me, 'PATCH', { name: 'two\nlines' }, 'name'],
    ['/api/auth/login', 'POST', { login: 'a\u0000b', password: 'x' }, 'login'],
    ['/api/auth/login', 'POST', { login: 'a', email: 'b@example.org', password: 'x' }, 'login'],
    ['/api/auth/register', 'POST', { email: 'no address', password: goodPassword }, 'email'],
    [
      '/api/auth/register',
      'POST',
      { email: `${'long'.repeat(15)}@${'a.'.repeat(70)}example`, password: goodPassword },
      'email',
    ],
    [me, 'PATCH', { username: '\ufdfa' }, 'username'],
  ])('%s %s %j is refused for "%s"', async (url, method, body, path) => {
    const answer = await admin.call<{ code: string; details: { fields: { path: string }[] } }>(method, url, body);
    expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(answer.body.details.fields.map((field) => field.path)).toEqual([path]);
    expect((await admin.get<{ role: string }>(me)).body.role).toBe('admin');
  });

  it('are refused for a password that cannot be used, with the reason', async () => {
    const { status, body } = await app
      .stranger()
      .post('/api/auth/register', { email: 'weak@example.org', password: 'too short' });
    expect([status, body]).toEqual([
      400,
      expect.objectContaining({
        code: 'PASSWORD_REJECTED',
        details: { fields: [{ path: 'password', message: expect.stringContaining('15') as string }] },
      }),
    ]);
  });
});

it('answers the same to a wrong password and to nobody', async () => {
  const bytes = async (login: string): Promise<string> => {
    const response = await app
      .stranger()
      .fetch(
        'POST',
        '/api/auth/login',
        { login, password: 'wrong wrong wrong' },
        { headers: { 'x-request-id': 'the-same-id' } },
      );
    return `${response.status} ${[...response.headers].filter(([name]) => name !== 'date' && name !== 'content-security-policy').join('\n')} ${await response.text()}`;
  };
  expect(await bytes('admin@example.org')).toContain('INVALID_CREDENTIALS');
  expect(await bytes('nobody@example.org')).toBe(await bytes('admin@example.org'));
  expect(await bytes('nobody')).toBe(await bytes('admin@example.org'));
});
