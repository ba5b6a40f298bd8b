import { afterAll, describe, expect, it } from 'vitest';
import { createTestApp } from '../app.ts';
import { credentials, walletOf } from './credentials.ts';
import { knock, routesOf } from './routes.ts';

/** The header in which a proxy says who somebody is: on every route, from where it may not come, and against every credential. */
const from = (proxies: string) =>
  createTestApp({ env: { TRUSTED_AUTH_HEADER: 'X-Forwarded-Email', TRUSTED_PROXIES: proxies } });
const [outside, behind] = [await from('192.0.2.7'), await from('127.0.0.1')];
afterAll(async () => {
  await outside.close();
  await behind.close();
});
const naming = (email: string) => ({ 'x-forwarded-email': email });

it('from an untrusted peer it is refused by every route, whatever comes with it', async () => {
  const { wallet } = await walletOf(outside, 'admin');
  const routes = routesOf(outside).filter(({ url }) => url !== '/health');
  for (const headers of [{}, ...credentials.map(({ show }) => show(wallet))]) {
    const all = { ...headers, ...naming('admin@example.org') };
    const seen = await Promise.all(routes.map(async (route) => [route.url, await knock(outside, route, all)]));
    expect(seen).toEqual(routes.map(({ url }) => [url, '401 AUTH_REQUIRED']));
  }
});

describe('naming somebody else than the credential', () => {
  it.each(credentials)('closes every route to the $name', async ({ show }) => {
    const { wallet } = await walletOf(behind);
    const guarded = routesOf(behind).filter(({ access }) => access.who !== 'anyone');
    const headers = { ...show(wallet), ...naming('somebody-else@example.org') };
    const seen = await Promise.all(guarded.map(async (route) => [route.url, await knock(behind, route, headers)]));
    expect(seen).toEqual(guarded.map(({ url }) => [url, '401 AUTH_REQUIRED']));
  });
});
