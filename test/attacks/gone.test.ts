import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailbox } from '../../server/features/notifications/outbox.fixture.ts';
import { createTestApp, goodPassword } from '../app.ts';
import type { Client } from '../client.ts';
import { credentials, walletOf, type Wallet } from './credentials.ts';
import { knock, routesOf, isIn } from './routes.ts';

/** A right that was taken away is gone for every credential and on every route, with the answer that says so. */
const app = await createTestApp({ overrides: { mail: createMailbox().driver } });
const routes = routesOf(app).filter(({ access }) => access.who !== 'anyone');
let admin: Client;
beforeAll(async () => {
  admin = await app.person('admin');
});
afterAll(() => app.close());

type Person = { person: Client; wallet: Wallet };

/** How a right is taken away, and what each kind of credential says from then on. */
const endings: [string, (one: Person) => Promise<unknown>, { cookie: string; token: string; key: string }][] = [
  [
    'was switched off',
    ({ person }) => admin.patch(`/api/admin/users/${person.id}`, { is_active: false }),
    { cookie: '401 SESSION_EXPIRED', token: '401 TOKEN_REVOKED', key: '403 USER_INACTIVE' },
  ],
  [
    'was deleted',
    ({ person }) => admin.delete(`/api/admin/users/${person.id}`),
    { cookie: '401 SESSION_EXPIRED', token: '401 TOKEN_REVOKED', key: '401 AUTH_REQUIRED' },
  ],
  [
    'was made to wait',
    ({ person }) => admin.patch(`/api/admin/users/${person.id}`, { role: 'pending' }),
    { cookie: '401 SESSION_EXPIRED', token: '401 TOKEN_REVOKED', key: '403 USER_PENDING' },
  ],
];

describe.each(endings)('somebody who %s', (_name, end, due) => {
  let wallet: Wallet;
  const dueOf = (name: string): string =>
    name.startsWith('API key') ? due.key : name === 'access token' ? due.token : due.cookie;
  beforeAll(async () => {
    const one = await walletOf(app);
    ({ wallet } = one);
    for (const { name, show } of credentials) {
      const { status } = await app.stranger().get('/api/conversations', { headers: show(wallet) });
      if (status !== 200) throw new Error(`the ${name} was no credential before: ${status}`);
    }
    await end(one);
  });

  it.each(credentials)('has no way in by $name', async ({ name, show }) => {
    const seen = await Promise.all(routes.map(async (route) => [route.url, await knock(app, route, show(wallet))]));
    expect(seen).toEqual(routes.map(({ url }) => [url, dueOf(name)]));
  });

  it('gets no new session from a refresh token or the password', async () => {
    const { cookie } = wallet;
    const answer = await app.stranger().post('/api/auth/refresh', {}, { headers: { cookie } });
    expect(isIn(String(answer.status))).toBe(false);
    expect(answer.headers.getSetCookie().filter((line) => !/max-age=0/i.test(line))).toEqual([]);
  });
});

describe('an admin who is none any more', () => {
  it.each(credentials)('reaches no admin route by $name', async ({ show }) => {
    const { person, wallet } = await promoted();
    await admin.patch(`/api/admin/users/${person.id}`, { role: 'user' });
    for (const route of routes.filter(({ access }) => access.who === 'admin'))
      expect(['401 SESSION_EXPIRED', '401 TOKEN_REVOKED', '403 ADMIN_REQUIRED']).toContain(
        await knock(app, route, show(wallet)),
      );
  });

  async function promoted(): Promise<Person> {
    const one = await app.person();
    await admin.patch(`/api/admin/users/${one.id}`, { role: 'admin' });
    const again = app.stranger();
    again.signedIn((await again.post('/api/auth/login', { login: one.user?.email, password: goodPassword })).body);
    const key = await again.post('/api/auth/api-keys', { name: 'metrics', scopes: ['metrics'] });
    const cookie = [...again.cookies].map((pair) => pair.join('=')).join('; ');
    const wallet = {
      id: one.id,
      cookie,
      csrf: String(again.csrfToken),
      access: String(again.accessToken),
      key: String(key.body.key),
    };
    return { person: again, wallet };
  }
});

describe('a session that was ended', () => {
  const password = 'another battery staple horse';
  it.each<[string, (one: Client) => Promise<unknown>]>([
    ['by signing out', (one) => one.post('/api/auth/logout')],
    ['on all devices', (one) => one.post('/api/auth/logout-all')],
    [
      'by a new password elsewhere',
      async (one) => {
        const other = app.stranger();
        other.signedIn((await other.post('/api/auth/login', { login: one.user?.email, password: goodPassword })).body);
        return other.post('/api/auth/password/change', { current_password: goodPassword, new_password: password });
      },
    ],
  ])('%s takes its cookie and its tokens along', async (_name, end) => {
    const { person, wallet } = await walletOf(app);
    await end(person);
    for (const { name, show } of credentials.filter(({ scoped }) => !scoped)) {
      const due = name === 'access token' ? '401 TOKEN_REVOKED' : '401 SESSION_EXPIRED';
      const seen = await Promise.all(routes.map(async (route) => [route.url, await knock(app, route, show(wallet))]));
      expect(seen).toEqual(routes.map(({ url }) => [url, due]));
    }
  });
});
