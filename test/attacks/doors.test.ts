import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scopes } from '../../shared/permissions.ts';
import { createTestApp } from '../app.ts';
import type { Client } from '../client.ts';
import { credentials, keyOf, walletOf, type Headers, type Outcome, type Wallet } from './credentials.ts';
import { changes, isIn, knock, routesOf, type RouteUnderTest } from './routes.ts';

/** Every route, asked by everybody who may not, and by who may: each gets exactly what the route's declaration says. */
const app = await createTestApp();
const routes = routesOf(app);
afterAll(() => app.close());

const guarded = routes.filter(({ access }) => access.who !== 'anyone');
const named = (list: readonly RouteUnderTest[]) =>
  list.map((route) => [`${route.method} ${route.url}`, route] as const);

type Role = 'admin' | 'user' | 'pending';
type Caller = { role: Role; scoped: boolean; headers: Headers };

const callers = new Map<string, Caller>();
let member: Wallet;
let memberClient: Client;
/** The member's key without one scope, by that scope. */
const lacking = new Map<string, string>();

beforeAll(async () => {
  const people = { admin: await walletOf(app), user: await walletOf(app), pending: await walletOf(app) };
  member = people.user.wallet;
  memberClient = people.user.person;
  for (const scope of scopes) {
    const others = scopes.filter((other) => other !== scope && other !== 'metrics');
    lacking.set(scope, await keyOf(memberClient, others));
  }
  // By hand: whoever is made to wait by an admin is signed out first, and here the door alone is asked.
  const { db } = app.carrel.database;
  await db.updateTable('users').set({ role: 'pending' }).where('id', '=', people.pending.wallet.id).execute();
  for (const [role, { wallet }] of Object.entries(people))
    for (const { name, scoped, show } of credentials)
      callers.set(`${role}: ${name}`, { role: role as Role, scoped, headers: show(wallet) });
});

/** Open at the door, and asking inside who is there: a person who waits is nobody, and their key no credential. */
const asksInside: Readonly<Record<string, Outcome | null>> = {
  '/api/shares/:token': '401 AUTH_REQUIRED',
  // They see that they wait.
  '/api/auth/arrival': null,
  // Their socket is opened, and told nothing.
  '/ws/socket.io/': null,
};

/** What the declaration of a route means for a caller; null lets them in. */
function due({ url, access }: RouteUnderTest, { role, scoped }: Caller): Outcome | null {
  if (access.who === 'anyone') {
    if (!(url in asksInside) || role !== 'pending') return null;
    return scoped ? '403 USER_PENDING' : (asksInside[url] ?? null);
  }
  // A key of somebody who waits is no credential at all, whatever the route.
  if (role === 'pending' && scoped) return '403 USER_PENDING';
  if (access.who === 'signed-in') return scoped && access.scope !== 'any' ? '403 SCOPE_REQUIRED' : null;
  if (role === 'pending') return '403 USER_PENDING';
  if (access.who === 'admin' && role !== 'admin') return '403 ADMIN_REQUIRED';
  return scoped && access.scope === undefined ? '403 SCOPE_REQUIRED' : null;
}

describe('who may call a route', () => {
  it.each(named(guarded))('%s: nobody without a credential', async (_name, route) => {
    expect(await knock(app, route, {})).toBe('401 AUTH_REQUIRED');
  });

  it.each(named(routes))('%s: each role with each credential gets what is declared', async (_name, route) => {
    const seen: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const [name, caller] of callers) {
      const outcome = await knock(app, route, caller.headers);
      seen[name] = isIn(outcome) ? 'in' : outcome;
      expected[name] = due(route, caller) ?? 'in';
    }
    expect(seen).toEqual(expected);
  });

  it.each(named(guarded.filter(({ access }) => access.who === 'member' && access.scope !== undefined)))(
    '%s: no key without its scope, in either header',
    async (_name, route) => {
      const scope = 'scope' in route.access ? String(route.access.scope) : '';
      const key = lacking.get(scope) ?? '';
      expect(await knock(app, route, { 'x-api-key': key })).toBe('403 SCOPE_REQUIRED');
      expect(await knock(app, route, { authorization: `Bearer ${key}` })).toBe('403 SCOPE_REQUIRED');
    },
  );
});

const forged: [string, (wallet: Wallet) => Headers, Outcome][] = [
  [
    'an empty bearer beside a good cookie',
    ({ cookie, csrf }) => ({ cookie, 'x-csrf-token': csrf, authorization: 'Bearer' }),
    '401 AUTH_REQUIRED',
  ],
  [
    'a malformed bearer beside a good cookie',
    ({ cookie }) => ({ cookie, authorization: 'Bearer a.b.c' }),
    '401 TOKEN_REVOKED',
  ],
  [
    'an access token that was changed',
    ({ access }) => ({ authorization: `Bearer ${access.slice(0, -4)}AAAA` }),
    '401 TOKEN_REVOKED',
  ],
  [
    'a refresh token as a bearer',
    ({ cookie }) => ({ authorization: `Bearer ${/refresh\w*=([^;]+)/.exec(cookie)?.[1]}` }),
    '401 TOKEN_REVOKED',
  ],
  [
    'a refresh token as the session cookie',
    ({ cookie }) => ({ cookie: `${/(\w+_session\w*)=/.exec(cookie)?.[1]}=${/refresh\w*=([^;]+)/.exec(cookie)?.[1]}` }),
    '401 SESSION_EXPIRED',
  ],
  [
    'two session cookies',
    ({ cookie }) => ({ cookie: `${/(\w+_session\w*)=/.exec(cookie)?.[1]}=planted; ${cookie}` }),
    '401 AUTH_REQUIRED',
  ],
  ['a key that was changed', ({ key }) => ({ 'x-api-key': `${key.slice(0, -1)}!` }), '401 AUTH_REQUIRED'],
  [
    'two keys that differ',
    ({ key, access }) => ({ 'x-api-key': key, authorization: `Bearer ${access}` }),
    '401 AUTH_REQUIRED',
  ],
  [
    'a key in the Basic scheme',
    ({ key }) => ({ authorization: `Basic ${Buffer.from(`x:${key}`).toString('base64')}` }),
    '401 AUTH_REQUIRED',
  ],
];

describe.each(forged)('%s', (_name, headers, outcome) => {
  it('opens no route', async () => {
    const seen = await Promise.all(guarded.map(async (route) => [route.url, await knock(app, route, headers(member))]));
    expect(seen).toEqual(guarded.map(({ url }) => [url, outcome]));
  });
});

const intents: [string, (wallet: Wallet) => Headers][] = [
  ['without the session’s token', ({ cookie }) => ({ cookie })],
  ['with another token', ({ cookie }) => ({ cookie, 'x-csrf-token': 'x'.repeat(43) })],
  ['from another site', ({ cookie, csrf }) => ({ cookie, 'x-csrf-token': csrf, 'sec-fetch-site': 'cross-site' })],
  ['from another origin', ({ cookie, csrf }) => ({ cookie, 'x-csrf-token': csrf, origin: 'https://evil.example' })],
  ['from no origin', ({ cookie, csrf }) => ({ cookie, 'x-csrf-token': csrf, origin: 'null' })],
];

describe.each(intents)('a change by cookie %s', (_name, headers) => {
  it('is refused on every route', async () => {
    const unsafe = guarded.filter(changes);
    const seen = await Promise.all(unsafe.map(async (route) => [route.url, await knock(app, route, headers(member))]));
    expect(seen).toEqual(unsafe.map(({ url }) => [url, '403 CSRF_INVALID']));
  });
});

it('another site’s page can do nothing on the routes that are open to anyone either', async () => {
  const open = routes.filter((route) => route.access.who === 'anyone' && changes(route));
  for (const route of open) {
    expect(await knock(app, route, { 'sec-fetch-site': 'cross-site' })).toBe('403 CSRF_INVALID');
    expect(await knock(app, route, { origin: 'https://evil.example' })).toBe('403 CSRF_INVALID');
  }
});

it('JSON that passes for text is read by no route', async () => {
  const headers = { cookie: member.cookie, 'x-csrf-token': member.csrf, 'content-type': 'text/plain' };
  const theirs = guarded.filter(
    (route) => changes(route) && due(route, { role: 'user', scoped: false, headers }) === null,
  );
  const seen = await Promise.all(theirs.map(async (route) => [route.url, await knock(app, route, headers)]));
  expect(seen).toEqual(theirs.map(({ url }) => [url, '415 UNSUPPORTED_MEDIA_TYPE']));
});

/** Takes any object and gives it back to nobody else. */
const freeForm = new Set(['/api/users/me/settings']);

it('fields that nobody may set are refused by every route of the API, and change nothing', async () => {
  const admin = callers.get('admin: session cookie')?.headers ?? {};
  const unsafe = routes.filter((route) => changes(route) && route.url.startsWith('/api/') && !freeForm.has(route.url));
  for (const route of unsafe)
    expect([route.url, await knock(app, route, admin)]).toEqual([
      route.url,
      expect.stringMatching(/^(400 VALIDATION_FAILED|415 UNSUPPORTED_MEDIA_TYPE)$/),
    ]);
  const me = await memberClient.get('/api/users/me');
  expect(me.body).toEqual(memberClient.user);
  for (const body of [
    { role: 'admin' },
    { quota: { messages_per_day: null } },
    { owner_id: member.id },
    { created_at: '2020-01-01T00:00:00Z' },
    { email_verified: true },
    { is_active: true },
  ])
    expect((await memberClient.patch('/api/users/me', body)).body).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
    });
  expect((await memberClient.get('/api/users/me')).body).toEqual(me.body);
});
