import { afterAll, beforeAll, expect, it } from 'vitest';
import { permissions } from '../../shared/permissions.ts';
import { createTestApp } from '../app.ts';
import type { Client } from '../client.ts';
import { credentials, walletOf, type Wallet } from './credentials.ts';
import { isIn, knock, routesOf, type RouteUnderTest } from './routes.ts';

/** What an admin keeps from people is kept from them on every route, whatever they show. */
const app = await createTestApp();
const routes = routesOf(app).filter(({ access }) => access.who !== 'anyone');
let admin: Client;
let member: Wallet;
beforeAll(async () => {
  admin = await app.person('admin');
  ({ wallet: member } = await walletOf(app));
});
afterAll(() => app.close());

const named = (list: readonly RouteUnderTest[]) =>
  list.map((route) => [`${route.method} ${route.url}`, route] as const);

/** What each credential gets of a route. */
async function seenBy(wallet: Wallet, route: RouteUnderTest): Promise<Record<string, string>> {
  const seen: Record<string, string> = {};
  for (const { name, show } of credentials) {
    const outcome = await knock(app, route, show(wallet));
    seen[name] = isIn(outcome) ? 'in' : outcome;
  }
  return seen;
}
const byKind = (session: string, key: string): Record<string, string> =>
  Object.fromEntries(credentials.map(({ name, scoped }) => [name, scoped ? key : session]));

it('permissions that nobody has: routes that need one are closed, and so is every route to their keys', async () => {
  const none = Object.fromEntries(permissions.map((one) => [one, false]));
  expect((await admin.put('/api/admin/permissions', none)).status).toBe(200);
  for (const [name, route] of named(routes.filter(({ access }) => access.who === 'member' || 'permission' in access))) {
    const { access } = route;
    const session = 'permission' in access && access.permission !== undefined ? '403 FORBIDDEN' : 'in';
    const key = access.who === 'member' && access.scope ? '403 FORBIDDEN' : '403 SCOPE_REQUIRED';
    expect([name, await seenBy(member, route)]).toEqual([name, byKind(session, key)]);
  }
  const all = Object.fromEntries(permissions.map((one) => [one, true]));
  expect((await admin.put('/api/admin/permissions', all)).status).toBe(200);
});

it('a second factor that is required and not there: nothing but one’s own sign-in is open', async () => {
  expect((await admin.patch('/api/settings/auth', { second_factor_roles: ['user'] })).status).toBe(200);
  for (const [name, route] of named(routes.filter(({ access }) => access.who === 'member' || access.who === 'admin')))
    expect([name, await seenBy(member, route)]).toEqual([name, byKind('403 FORBIDDEN', '403 FORBIDDEN')]);
  const own = routes.filter(({ access, url }) => access.who === 'signed-in' && url.startsWith('/api/auth/totp'));
  for (const [name, route] of named(own))
    expect([name, Object.values(await seenBy(member, route))]).toEqual([name, expect.arrayContaining(['in'])]);
});
