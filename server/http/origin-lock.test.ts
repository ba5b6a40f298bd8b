import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../test/app.ts';
import type { Client } from '../../test/client.ts';

const secret = 'a-secret-that-the-tunnel-knows-0123456789';
const logs: string[] = [];
let app: TestApp;
let person: Client;
let key: string;

const through = { 'x-origin-lock': secret };
const inject = async (
  url: string,
  headers: Record<string, string | string[]> = {},
  method: 'GET' | 'POST' | 'OPTIONS' = 'GET',
) => {
  const response = await app.carrel.app.inject({ method, url, headers });
  return { status: response.statusCode, body: response.body };
};

beforeAll(async () => {
  app = await createTestApp({
    env: { ORIGIN_LOCK_SECRET: secret, CORS_ORIGINS: 'https://pages.example' },
    logs: (line) => logs.push(line),
  });
  person = app.stranger();
  const account = { email: 'anna@example.org', password: 'correct horse battery staple' };
  person.signedIn((await person.post('/api/auth/setup', account, { headers: through })).body);
  key = (await person.post('/api/auth/api-keys', { name: 'x' }, { headers: through })).body.key;
});
afterAll(() => app.close());

describe('a locked door', () => {
  it('opens for nothing that does not carry the secret, from this machine either', async () => {
    const cookie = [...person.cookies].map((pair) => pair.join('=')).join('; ');
    for (const headers of [
      {},
      { cookie },
      { authorization: `Bearer ${person.accessToken ?? ''}` },
      { 'x-api-key': key },
      { authorization: `Bearer ${key}` },
      { 'x-origin-lock': '' },
      { 'x-origin-lock': `${secret}x` },
      { 'x-origin-lock': secret.slice(0, -1) },
      { 'x-origin-lock': secret.toUpperCase() },
      { 'x-origin-lock': [secret, secret] },
      { 'x-origin-lock': [secret, 'other'] },
      { 'x-origin-lock': `${secret}, ${secret}` },
      { 'x-other-lock': secret },
    ]) {
      const { status, body } = await inject('/api/conversations', headers);
      expect([headers, status]).toEqual([headers, 403]);
      expect(JSON.parse(body)).toMatchObject({ code: 'ORIGIN_LOCKED' });
    }
  });

  it.each([
    '/',
    '/api/version',
    '/api/config',
    '/docs/',
    '/openapi.json',
    '/assets/x.js',
    '/nothing',
    '/health/',
    '/health/x',
  ])('is closed at %s', async (url) => {
    const refused = await inject(url);
    expect([refused.status, JSON.parse(refused.body).code]).toEqual([403, 'ORIGIN_LOCKED']);
    expect((await inject(url, through)).status).not.toBe(403);
  });

  it('is closed to preflights, and to an address under another name', async () => {
    const preflight = { origin: 'https://pages.example', 'access-control-request-method': 'POST' };
    expect((await inject('/api/conversations', preflight, 'OPTIONS')).status).toBe(403);
    expect((await inject('/api/conversations', { ...preflight, ...through }, 'OPTIONS')).status).toBe(204);
    expect((await inject('/api/version?x=/health')).status).toBe(403);
    expect((await inject('//health')).status).toBe(403);
    expect((await inject('/health', {}, 'POST')).status).toBe(403);
  });

  it('lets health be asked, with the secret, without it, and with a wrong one', async () => {
    for (const headers of [{}, through, { 'x-origin-lock': 'wrong' }])
      expect((await inject('/health?now', headers)).status).toBe(200);
  });

  it('asks for a credential all the same', async () => {
    expect((await inject('/api/conversations', through)).status).toBe(401);
    expect((await inject('/api/conversations', { ...through, 'x-api-key': key })).status).toBe(200);
  });

  it('takes doubled header lines of the wire for none', async () => {
    const send = (headers: string[]): Promise<number> =>
      new Promise((resolve, reject) => {
        const { port } = new URL(app.url);
        httpRequest({ port, path: '/api/version', headers: ['Host', 'localhost', ...headers] })
          .on('response', (response) => (response.resume(), resolve(response.statusCode ?? 0)))
          .on('error', reject)
          .end();
      });
    expect(await send(['X-ORIGIN-lock', secret])).toBe(200);
    expect(await send(['X-Origin-Lock', secret, 'x-origin-lock', secret])).toBe(403);
    expect(await send(['X-Origin-Lock', 'x', 'x-origin-lock', secret])).toBe(403);
  });

  it('keeps the secret to itself', async () => {
    let seen: unknown;
    app.carrel.app.server.once('request', (request) => (seen = request));
    await person.get('/api/conversations', { headers: through });
    const { headers, rawHeaders } = seen as { headers: object; rawHeaders: string[] };
    expect(JSON.stringify([headers, rawHeaders])).not.toContain(secret);
    expect(logs.length).toBeGreaterThan(10);
    expect(logs.join('\n')).not.toContain(secret);
  });
});

it('takes another header where that is configured', async () => {
  const other = await createTestApp({ env: { ORIGIN_LOCK_SECRET: secret, ORIGIN_LOCK_HEADER: 'X-Tunnel-Key' } });
  try {
    const ask = async (name: string) =>
      (await other.stranger().get('/api/version', { headers: { [name]: secret } })).status;
    expect([await ask('x-tunnel-key'), await ask('x-origin-lock')]).toEqual([200, 403]);
  } finally {
    await other.close();
  }
});

it.each(['Authorization', 'cookie', 'two words', 'X-API-Key', 'x:y'])('%j cannot be the header', async (name) => {
  await expect(createTestApp({ env: { ORIGIN_LOCK_SECRET: secret, ORIGIN_LOCK_HEADER: name } })).rejects.toThrow(
    /^ORIGIN_LOCK_HEADER: /,
  );
});
