import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword } from '../../../test/app.ts';
import { minutes } from '../../lib/clock.ts';
import { createOutboundGuard, type OutboundGuard } from '../../lib/outbound-guard.ts';
import { createBreachCheck } from './breached-passwords.ts';

const breached = 'a password that was stolen';
const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex').toUpperCase();

let server: Server;
let url: string;
let guard: OutboundGuard;
let asked: { path: string; padding: unknown }[];
let answer: (suffix: string) => { status?: number; body?: string; hang?: boolean };
let lines: string[];
let at: number;

beforeEach(async () => {
  asked = [];
  lines = [];
  at = Date.UTC(2030, 0, 1);
  answer = (suffix) => ({ body: `0018A45C4D1DEF81644B54AB7F969B88D65:0\r\n${suffix}:42\r\n` });
  server = createServer((request, response) => {
    asked.push({ path: String(request.url), padding: request.headers['add-padding'] });
    const { status = 200, body = '', hang } = answer(sha1(breached).slice(5));
    if (!hang) response.writeHead(status).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}/range/`;
  guard = createOutboundGuard({ allow: [`127.0.0.1:${port}`] });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const check = (timeoutMs = 1_500) =>
  createBreachCheck({
    url,
    guard,
    timeoutMs,
    logger: pino({}, { write: (line: string) => void lines.push(line) }),
    now: () => at,
  });

describe('the check against known breaches', () => {
  it('tells stolen passwords from others, and gives five digits of the hash away', async () => {
    const isBreached = check();
    expect(await isBreached(breached)).toBe(true);
    expect(await isBreached(goodPassword)).toBe(false);
    expect(asked).toEqual([
      { path: `/range/${sha1(breached).slice(0, 5)}`, padding: 'true' },
      { path: `/range/${sha1(goodPassword).slice(0, 5)}`, padding: 'true' },
    ]);
    expect(lines).toEqual([]);
  });

  it('does not take padding for a find', async () => {
    answer = (suffix) => ({ body: `${suffix}:0` });
    expect(await check()(breached)).toBe(false);
  });

  it.each<[string, ReturnType<typeof answer>]>([
    ['an error', { status: 503 }],
    ['a redirect into nowhere', { status: 302 }],
    ['silence', { hang: true }],
    ['far too much', { body: 'x'.repeat(300_000) }],
  ])('lets passwords pass at %s, says so once in the log, and asks again after a while', async (_name, given) => {
    answer = () => given;
    const isBreached = check(given.hang ? 100 : 1_500);
    expect([await isBreached(breached), await isBreached(breached)]).toEqual([false, false]);
    expect(asked).toHaveLength(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain(breached);
    at += minutes(5);
    answer = (suffix) => ({ body: `${suffix}:42` });
    expect(await isBreached(breached)).toBe(true);
  });

  it('refuses such a password at sign-up, and at a change of password', async () => {
    const app = await createTestApp({ env: { HIBP_ENABLED: 'true' }, overrides: { breaches: { url, guard } } });
    try {
      const person = await app.person();
      const account = { email: 'new@example.org', password: breached };
      const { status, body } = await app.stranger().post('/api/auth/register', account);
      expect([status, body.code, body.details.fields]).toEqual([
        400,
        'PASSWORD_REJECTED',
        [{ path: 'password', message: expect.stringContaining('stolen') as string }],
      ]);
      const change = { current_password: goodPassword, new_password: breached };
      const changed = await person.post('/api/auth/password/change', change);
      expect([changed.status, changed.body.details.fields[0].path]).toEqual([400, 'new_password']);
      expect((await person.post('/api/auth/login', { login: person.user?.email, password: goodPassword })).status).toBe(
        200,
      );
      answer = () => ({ status: 500 });
      expect((await app.stranger().post('/api/auth/register', account)).status).toBe(201);
    } finally {
      await app.close();
    }
  });
});
