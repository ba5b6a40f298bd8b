import { afterEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../test/app.ts';
import type { Client } from '../../test/client.ts';

let app: TestApp;
let now = 1_800_000_000_000;
const start = async (env: Record<string, string>): Promise<TestApp> =>
  (app = await createTestApp({
    env: { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_AUTH: '1000', ...env },
    overrides: { now: () => now },
  }));
afterEach(() => app.close());

type Ask = { url?: string; method?: 'GET' | 'POST'; headers?: Record<string, string>; from?: string };
const ask = async ({ url = '/api/conversations', method = 'GET', headers = {}, from = '127.0.0.1' }: Ask) => {
  const response = await app.carrel.app.inject({ method, url, headers, remoteAddress: from });
  return { status: response.statusCode, headers: response.headers };
};
const statuses = async (count: number, what: Ask | ((n: number) => Ask)): Promise<number[]> => {
  const found: number[] = [];
  for (let n = 0; n < count; n += 1) found.push((await ask(typeof what === 'function' ? what(n) : what)).status);
  return found;
};
const cookieOf = (client: Client): string => [...client.cookies].map((pair) => pair.join('=')).join('; ');
const keyOf = async (client: Client): Promise<string> =>
  (await client.post<{ key: string }>('/api/auth/api-keys', { name: 'x' })).body.key;

describe('the general limit', () => {
  it('counts by network for who is not signed in: one IPv6 /64 is one, and what they claim in headers counts for nothing', async () => {
    await start({ RATE_LIMIT_PER_MINUTE: '3' });
    const url = '/api/auth/providers';
    expect(
      await statuses(5, (n) => ({ url, from: `2001:db8::${n + 1}`, headers: { 'x-forwarded-for': `192.0.2.${n}` } })),
    ).toEqual([200, 200, 200, 429, 429]);
    expect(await statuses(1, { url, from: '2001:db8:0:1::1' })).toEqual([200]);
    expect(await statuses(4, (n) => ({ url, from: n % 2 ? '198.51.100.7' : '::ffff:198.51.100.7' }))).toEqual([
      200, 200, 200, 429,
    ]);
  });

  it('counts credentials that are not valid by network, in whatever form', async () => {
    await start({ RATE_LIMIT_PER_MINUTE: '3' });
    const bad: Record<string, string>[] = [
      { authorization: 'Bearer x' },
      { 'x-api-key': 'crl_x' },
      { authorization: 'Bearer crl_x' },
      { authorization: 'Bearer y' },
      { 'x-api-key': 'crl_y' },
    ];
    expect(await statuses(5, (n) => ({ headers: bad[n] ?? {} }))).toEqual([401, 401, 401, 429, 429]);
  });

  it('counts a person’s page and tokens together, their keys together, and nobody else with them', async () => {
    await start({ RATE_LIMIT_PER_MINUTE: '6' });
    const [anna, ben] = [await app.person('anna'), await app.person('ben')];
    const [one, two] = [await keyOf(anna), await keyOf(anna)];
    const forms: Record<string, string>[] = [
      { cookie: cookieOf(anna) },
      { authorization: `Bearer ${anna.accessToken ?? ''}` },
    ];
    const keys: Record<string, string>[] = [
      { 'x-api-key': one },
      { authorization: `Bearer ${one}` },
      { 'x-api-key': two },
      { authorization: `Bearer ${two}` },
    ];
    // Two calls went into making the keys.
    expect(await statuses(5, (n) => ({ headers: forms[n % 2] ?? {}, from: `192.0.2.${n}` }))).toEqual([
      200, 200, 200, 200, 429,
    ]);
    expect(await statuses(7, (n) => ({ headers: keys[n % 4] ?? {}, from: `192.0.2.${n}` }))).toEqual([
      ...Array.from({ length: 6 }, () => 200),
      429,
    ]);
    expect((await ask({ headers: { cookie: cookieOf(ben) }, from: '192.0.2.0' })).status).toBe(200);
    now += 10_000;
    expect(await statuses(2, { headers: { cookie: cookieOf(anna) } })).toEqual([200, 429]);
  });

  it('tells what is left, and how long to wait', async () => {
    await start({ RATE_LIMIT_PER_MINUTE: '2' });
    const url = '/api/version';
    expect((await ask({ url })).headers).toMatchObject({
      'ratelimit-policy': '"general";q=2;w=60',
      ratelimit: '"general";r=1;t=30',
    });
    expect((await ask({ url })).headers).toMatchObject({ ratelimit: '"general";r=0;t=30' });
    const refused = await app.carrel.app.inject({ url });
    expect(refused.headers).toMatchObject({
      'ratelimit-policy': '"general";q=2;w=60',
      ratelimit: '"general";r=0;t=30',
      'retry-after': '30',
    });
    expect(refused.json()).toMatchObject({ status: 429, code: 'RATE_LIMITED', details: { retry_after: 30 } });
  });

  it('leaves out health, pages and files of the page; asking how a file is doing counts a tenth', async () => {
    await start({ RATE_LIMIT_PER_MINUTE: '2' });
    for (const url of ['/health', '/', '/docs/static/index.html'])
      expect(new Set(await statuses(10, { url })).has(429)).toBe(false);
    expect((await ask({ url: '/health' })).headers.ratelimit).toBeUndefined();
    const anna = await app.person('anna');
    const headers = { cookie: cookieOf(anna) };
    const url = `/api/files/${crypto.randomUUID()}`;
    expect(await statuses(21, { url, headers })).toEqual([...Array.from({ length: 20 }, () => 404), 429]);
  });
});

it('chat has a limit of its own, by person and by their keys, beside the general one', async () => {
  await start({ RATE_LIMIT_CHAT: '2' });
  const anna = await app.person('anna');
  const chat = { url: '/api/chat/message', method: 'POST' as const };
  const cookie = { cookie: cookieOf(anna), 'x-csrf-token': anna.csrfToken ?? '' };
  expect(await statuses(3, { ...chat, headers: cookie })).toEqual([400, 400, 429]);
  expect((await ask({ ...chat, url: '/api/chat/regenerate', headers: cookie })).headers).toMatchObject({
    'ratelimit-policy': '"chat";q=2;w=60',
  });
  const key = { 'x-api-key': await keyOf(anna) };
  expect(await statuses(3, { ...chat, headers: key })).toEqual([400, 400, 429]);
  expect((await ask({ headers: cookie })).status).toBe(200);
});

it('a stream tells of its limit, too', async () => {
  await start({});
  const anna = await app.person('anna');
  const response = await anna.openStream('POST', '/api/chat/stream', { content: 'Hello' });
  expect(response.headers.get('ratelimit-policy')).toBe('"chat";q=20;w=60');
  await response.text();
});

it('tries to sign in are counted by network, also for who is signed in', async () => {
  await start({ RATE_LIMIT_AUTH: '2', RATE_LIMIT_PER_MINUTE: '1000' });
  const login = { url: '/api/auth/login', method: 'POST' as const, from: '192.0.2.1' };
  expect(await statuses(3, (n) => ({ ...login, headers: { 'x-api-key': `crl_${n}` } }))).toEqual([400, 400, 429]);
  expect((await ask(login)).headers).toMatchObject({ 'ratelimit-policy': '"auth";q=2;w=60', 'retry-after': '30' });
  expect((await ask({ ...login, from: '192.0.2.2' })).status).toBe(400);
});

it('another site’s page uses nothing up', async () => {
  await start({ RATE_LIMIT_AUTH: '1' });
  const login = { url: '/api/auth/login', method: 'POST' as const };
  const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  expect(await statuses(3, { ...login, headers: evil })).toEqual([403, 403, 403]);
  expect(await statuses(2, login)).toEqual([400, 429]);
});

it('nothing is counted where limits are off', async () => {
  await start({ RATE_LIMIT_ENABLED: 'false', RATE_LIMIT_PER_MINUTE: '1' });
  expect(await statuses(5, { url: '/api/version' })).toEqual([200, 200, 200, 200, 200]);
  expect((await ask({ url: '/api/version' })).headers.ratelimit).toBeUndefined();
});
