import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { livePath } from '../../../shared/live-path.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { Client, type Json } from '../../../test/client.ts';
import { nginxPath, startNginx, type Nginx } from './nginx.fixture.ts';

/** A socket's handshake is a request like any other: whom the proxy names is who it is. */
const HEADER = 'x-forwarded-email';
const startApp = (proxies: string): Promise<TestApp> =>
  createTestApp({ env: { TRUSTED_AUTH_HEADER: HEADER, TRUSTED_PROXIES: proxies } });

const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.disconnect();
});

type Options = { transport?: 'polling' | 'websocket'; headers?: Record<string, string>; token?: string | null };

/** Whom a socket belongs to: `user-join` tells who is known already. A refusal is its status or code. */
async function whoIs(url: string, { transport = 'websocket', headers = {}, token }: Options = {}): Promise<string> {
  const client = io(url, {
    path: livePath,
    transports: [transport],
    forceNew: true,
    reconnection: false,
    extraHeaders: headers,
    ...(token && { auth: { token } }),
  });
  open.push(client);
  const refusal = await new Promise<string | null>((resolve) => {
    client.on('connect', () => resolve(null));
    client.on('connect_error', (error) => {
      const { data, context, description } = error as unknown as { data?: Json; context?: Json; description?: Json };
      resolve(String(data?.code ?? context?.status ?? description?.message ?? error.message));
    });
  });
  if (refusal !== null) return /\b40\d\b/.exec(refusal)?.[0] ?? refusal;
  const answer = client.emitWithAck('user-join', { auth: { token: 'nonsense' } }) as Promise<{ user_id: string }>;
  const closed = new Promise<string>((resolve) => client.on('disconnect', () => resolve('nobody')));
  return Promise.race([answer.then(({ user_id }) => user_id), closed]);
}
const cookieOf = (who: Client): string => [...who.cookies].map((pair) => pair.join('=')).join('; ');

describe.each(['websocket', 'polling'] as const)('a socket through the proxy, over %s', (transport) => {
  let app: TestApp;
  let admin: Client;
  let ada: Client;
  beforeAll(async () => {
    app = await startApp('127.0.0.1');
    admin = await app.person('admin');
    ada = app.stranger();
    ada.user = (await ada.get('/api/users/me', { headers: { [HEADER]: 'ada@example.org' } })).body;
  });
  afterAll(() => app.close());
  const as = (email: string, more: Record<string, string> = {}): Options => ({
    transport,
    headers: { [HEADER]: email, origin: app.url, ...more },
  });

  it('is signed in as whom the proxy names, with a session and without', async () => {
    expect(await whoIs(app.url, as('ada@example.org', { cookie: cookieOf(ada) }))).toBe(ada.id);
    expect(await whoIs(app.url, as('ada@example.org'))).toBe(ada.id);
  });

  it('is refused where the session, the token or the key is somebody else’s, and is not taken for nobody’s', async () => {
    const { key } = (await admin.post('/api/auth/api-keys', { name: 'program', scopes: ['chat'] })).body;
    expect(await whoIs(app.url, as('ada@example.org', { cookie: cookieOf(admin) }))).toBe('401');
    expect(await whoIs(app.url, as('ada@example.org', { 'x-api-key': key }))).toBe('401');
    expect(await whoIs(app.url, as('ada@example.org', { authorization: `Bearer ${admin.accessToken}` }))).toBe('401');
    for (const token of [admin.accessToken, key])
      expect(await whoIs(app.url, { ...as('ada@example.org'), token })).toBe('AUTH_REQUIRED');
    await app.carrel.database.db.updateTable('users').set({ email_verified: 1 }).where('id', '=', admin.id).execute();
    expect(await whoIs(app.url, { ...as('admin@example.org'), token: admin.accessToken })).toBe(admin.id);
  });

  it('begins no session for another site’s page', async () => {
    expect(await whoIs(app.url, as('eve@example.org', { origin: 'https://evil.example' }))).toBe('403');
    const { db } = app.carrel.database;
    expect(await db.selectFrom('users').select('id').where('email', '=', 'eve@example.org').execute()).toEqual([]);
  });

  it('is refused for somebody who is switched off, or whom the proxy does not name well', async () => {
    const off = (await app.stranger().get('/api/users/me', as('off@example.org'))).body;
    await admin.patch(`/api/admin/users/${off.id}`, { is_active: false });
    expect(await whoIs(app.url, as('off@example.org', { 'user-agent': 'another' }))).toBe('403');
    expect(await whoIs(app.url, as('x'.repeat(300)))).toBe('401');
  });

  it('ends with the session that it was begun with', async () => {
    const person = app.stranger();
    const { body } = await person.get('/api/auth/session', as('carl@example.org'));
    const headers = { headers: { [HEADER]: 'carl@example.org' } };
    person.csrfToken = body.csrf_token;
    expect(await whoIs(app.url, as('carl@example.org', { cookie: cookieOf(person) }))).toBe(body.user.id);
    const closed = new Promise<void>((resolve) => open.at(-1)?.on('disconnect', () => resolve()));
    expect((await person.post('/api/auth/logout', undefined, headers)).status).toBeLessThan(300);
    await closed;
  });
});

it.each(['websocket', 'polling'] as const)(
  'from an untrusted peer a socket with the header is refused over %s',
  async (transport) => {
    const app = await startApp('192.0.2.7');
    try {
      const admin = await app.person('admin');
      const own = { origin: app.url, cookie: cookieOf(admin) };
      const forged = { ...own, [HEADER]: 'admin@example.org', 'x-forwarded-for': '192.0.2.7' };
      expect(await whoIs(app.url, { transport, headers: forged })).toBe('401');
      expect(await whoIs(app.url, { transport, headers: { [HEADER]: 'admin@example.org' } })).toBe('401');
      expect(await whoIs(app.url, { transport, headers: own })).toBe(admin.id);
    } finally {
      await app.close();
    }
  },
);

describe.runIf(nginxPath)('behind nginx', () => {
  let app: TestApp;
  let nginx: Nginx;
  beforeAll(async () => {
    app = await startApp('127.0.0.1');
    await app.person('admin');
    nginx = await startNginx(app.url);
  });
  afterAll(async () => {
    await nginx.stop();
    await app.close();
  });

  it.each(['websocket', 'polling'] as const)('sockets over %s are of who has signed in there', async (transport) => {
    const headers = { 'x-test-login': 'ada@example.org', origin: nginx.url };
    const { body } = await new Client(nginx.url).get('/api/users/me', { headers });
    expect(await whoIs(nginx.url, { transport, headers })).toBe(body.id);
    const forged = { [HEADER]: 'admin@example.org', origin: nginx.url };
    expect(await whoIs(nginx.url, { transport, headers: forged })).toBe('nobody');
    expect(await whoIs(nginx.url, { transport, headers: { ...headers, ...forged } })).toBe(body.id);
  });
});
