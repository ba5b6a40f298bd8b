import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp } from '../app.ts';
import type { Client } from '../client.ts';
import { credentials, walletOf, type Wallet } from './credentials.ts';
import { directoryRoutesOf, knock, pathOf, routesOf } from './routes.ts';

/** The token of a directory opens the directory's routes and nothing else; and nothing else opens those. */
const app = await createTestApp();
const theirs = directoryRoutesOf(app);
const named = theirs.map((route) => [`${route.method} ${route.url}`, route] as const);
let admin: { person: Client; wallet: Wallet };
let token: string;
const make = async (): Promise<{ id: string; token: string }> =>
  (await admin.person.post('/api/admin/scim/tokens', { name: 'Directory' })).body;
beforeAll(async () => {
  admin = await walletOf(app);
  ({ token } = await make());
});
afterAll(() => app.close());

const lead = (value: string): Record<string, string> => ({ authorization: `Bearer ${value}` });

it('there are such routes', () => expect(theirs.length).toBeGreaterThan(12));

describe.each(named)('%s', (_name, route) => {
  it('lets in nobody without a token, with a wrong one, or with one that was changed', async () => {
    const others = [
      {},
      lead(''),
      lead('crs_'),
      lead(`${token.slice(0, -1)}!`),
      lead(`${token}x`),
      { authorization: `Basic ${token}` },
    ];
    for (const headers of [...others, { 'x-api-key': token }]) expect(await knock(app, route, headers)).toBe('401');
  });

  it.each(credentials)('takes no $name, an admin’s neither', async ({ show }) => {
    expect(await knock(app, route, show(admin.wallet))).toBe('401');
  });
});

it('the token is no credential anywhere else', async () => {
  const guarded = routesOf(app).filter(({ access }) => access.who !== 'anyone');
  for (const headers of [lead(token), { 'x-api-key': token }]) {
    const seen = await Promise.all(guarded.map(async (route) => [route.url, await knock(app, route, headers)]));
    expect(seen.filter(([, outcome]) => !outcome?.startsWith('401 '))).toEqual([]);
  }
});

it('a token that was ended opens nothing', async () => {
  const { id, token: ended } = await make();
  const read = () => app.stranger().get('/scim/v2/Users', { headers: lead(ended) });
  expect((await read()).status).toBe(200);
  await admin.person.delete(`/api/admin/scim/tokens/${id}`);
  expect((await read()).status).toBe(401);
  const seen = await Promise.all(theirs.map((route) => knock(app, route, lead(ended))));
  expect(new Set(seen)).toEqual(new Set(['401']));
});

it('ids that are none, and ids of nothing, answer the same', async () => {
  const odd = ['1', '-'.repeat(36), 'x'.repeat(150), "' or 1=1 --", '%00', '018f0000-0000-7000-8000-000000000000'];
  for (const { method, url } of theirs.filter((route) => /^\/scim\/v2\/(Users|Groups)\/:id$/.test(route.url))) {
    const body = method === 'PATCH' ? { Operations: [{ op: 'replace', value: { displayName: 'x' } }] } : {};
    for (const id of odd) {
      const path = pathOf(url, encodeURIComponent(id));
      const answer = await app
        .stranger()
        .call(method, path, method === 'GET' ? undefined : body, { headers: lead(token) });
      expect([method, id, answer.status]).toEqual([method, id, 404]);
    }
  }
});
