import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { systemClock } from '../../lib/clock.ts';

let app: TestApp;
let later = 0;
beforeAll(async () => {
  app = await createTestApp({ overrides: { now: () => systemClock() + later } });
  await app.person('admin');
});
afterAll(() => app.close());

const me = '/api/users/me';
const refresh = '/api/auth/refresh';
const cookieOf = (client: Client, only = ''): string =>
  [...client.cookies].flatMap(([name, value]) => (name.includes(only) ? [`${name}=${value}`] : [])).join('; ');
const inject = async (headers: Record<string, string>) => {
  const { statusCode: status, json } = await app.carrel.app.inject({ method: 'POST', url: refresh, headers });
  return { status, body: json<Record<string, unknown>>() };
};

describe('POST /api/auth/refresh', () => {
  it('answers as a sign-in, without a CSRF token, and sets the next cookie', async () => {
    const person = await app.person();
    const before = cookieOf(person, 'refresh');
    person.csrfToken = null;
    const { status, body, headers } = await person.post(refresh);
    expect([status, body]).toEqual([
      200,
      {
        access_token: expect.stringMatching(/^ey/) as string,
        token_type: 'bearer',
        expires_in: 900,
        csrf_token: expect.any(String) as string,
        user: expect.objectContaining({ id: person.id }) as object,
      },
    ]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(cookieOf(person, 'refresh')).not.toBe(before);
    person.signedIn(body);
    expect((await person.patch(me, { name: 'Still here' })).status).toBe(200);
    expect((await app.stranger().get(me, { headers: { authorization: `Bearer ${body.access_token}` } })).status).toBe(
      200,
    );
  });

  it('keeps 20 tabs at once signed in, whichever answer comes last', async () => {
    const person = await app.person();
    const answers = await Promise.all(Array.from({ length: 20 }, () => person.post(refresh)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(new Set(answers.map(({ headers }) => headers.getSetCookie().join('\n'))).size).toBe(1);
    for (const { body } of answers) {
      expect((await person.get(me, { headers: { authorization: `Bearer ${body.access_token}` } })).status).toBe(200);
    }
    expect((await person.get(me)).status).toBe(200);
    expect((await person.post(refresh)).status).toBe(200);
  });

  it('ends everything of the session when a used token comes back after 10 s', async () => {
    const person = await app.person();
    const stolen = { cookie: cookieOf(person, 'refresh') };
    const { body } = await person.post(refresh);
    later += 10_001;
    try {
      expect(await inject(stolen)).toMatchObject({ status: 401, body: { code: 'TOKEN_REVOKED' } });
      expect((await person.post(refresh)).status).toBe(401);
      expect((await person.get(me)).body.code).toBe('SESSION_EXPIRED');
      const bearer = { headers: { authorization: `Bearer ${body.access_token}` } };
      expect((await app.stranger().get(me, bearer)).body.code).toBe('TOKEN_REVOKED');
    } finally {
      later -= 10_001;
    }
  });

  it('is refused to pages that are not ours', async () => {
    const person = await app.person();
    const cookie = cookieOf(person);
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ] as Record<string, string>[]) {
      expect(await inject({ cookie, ...headers })).toMatchObject({ status: 403, body: { code: 'CSRF_INVALID' } });
    }
    expect((await inject({ cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  it('takes nothing but one refresh token', async () => {
    const person = await app.person();
    const [[name] = ['']] = [...person.cookies].filter(([key]) => key.includes('refresh'));
    const own = cookieOf(person, 'refresh');
    for (const [cookie, code] of [
      ['', 'AUTH_REQUIRED'],
      [cookieOf(person, 'session'), 'AUTH_REQUIRED'],
      [`${name}=`, 'AUTH_REQUIRED'],
      [`${name}=planted; ${own}`, 'AUTH_REQUIRED'],
      [`__Secure-carrel_refresh=${own.split('=')[1]}`, 'AUTH_REQUIRED'],
      [`carrel_refresh=${own.split('=')[1]}`, 'AUTH_REQUIRED'],
      [`${name}=${person.accessToken}`, 'SESSION_EXPIRED'],
      [`${name}=${cookieOf(person, 'session').split('=')[1]}`, 'SESSION_EXPIRED'],
      [`${name}=${'A'.repeat(43)}`, 'SESSION_EXPIRED'],
    ] as const) {
      expect([cookie, await inject({ cookie })]).toMatchObject([cookie, { status: 401, body: { code } }]);
    }
    expect((await inject({ authorization: `Bearer ${person.accessToken}` })).status).toBe(401);
  });

  it('does not make an access token of a refresh token', async () => {
    const person = await app.person();
    const token = cookieOf(person, 'refresh').split('=')[1];
    const answer = await app.stranger().get(me, { headers: { authorization: `Bearer ${token}` } });
    expect([answer.status, answer.body.code]).toEqual([401, 'TOKEN_REVOKED']);
  });

  it('ends with signing out, which removes both cookies', async () => {
    const person = await app.person();
    const cookie = cookieOf(person);
    const { headers, status } = await person.post('/api/auth/logout');
    expect(status).toBe(204);
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(/^carrel_session_\w+=; .*Max-Age=0/),
      expect.stringMatching(/^carrel_refresh_\w+=; Path=\/api\/auth; .*Max-Age=0/),
    ]);
    expect(person.cookies.size).toBe(0);
    expect((await inject({ cookie })).status).toBe(401);
  });

  it('lets somebody who asked for it come back after the idle time', async () => {
    const { user } = await app.person();
    const sign = async (remember: boolean): Promise<Client> => {
      const client = app.stranger();
      const body = { login: user?.email, password: goodPassword, remember };
      return client.signedIn((await client.post('/api/auth/login', body)).body);
    };
    const [staying, going] = [await sign(true), await sign(false)];
    later += 3_600_000;
    try {
      expect([(await staying.get(me)).body.code, (await going.get(me)).body.code]).toEqual([
        'SESSION_EXPIRED',
        'SESSION_EXPIRED',
      ]);
      expect([(await staying.post(refresh)).status, (await going.post(refresh)).status]).toEqual([200, 401]);
      expect([(await staying.get(me)).status, (await going.get(me)).status]).toEqual([200, 401]);
    } finally {
      later -= 3_600_000;
    }
  });
});
