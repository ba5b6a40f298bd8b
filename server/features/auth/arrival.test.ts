import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { systemClock } from '../../lib/clock.ts';

let app: TestApp;
let later = 0;
beforeAll(async () => {
  app = await createTestApp({ overrides: { now: () => systemClock() + later } });
  await app.person('admin');
});
afterAll(() => app.close());

const arrival = '/api/auth/arrival';

it('nobody is an answer, not an error, and sets no cookie', async () => {
  const { status, headers, body } = await app.stranger().get(arrival);
  expect([status, body]).toEqual([200, { session: null, renewable: false }]);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.getSetCookie()).toEqual([]);
});

it('says of a person what their session says', async () => {
  const person = await app.person();
  const { body } = await person.get(arrival);
  expect(body).toEqual({ session: (await person.get('/api/auth/session')).body, renewable: true });
  expect(body.session.user.id).toBe(person.id);
});

it('says whether a refresh cookie came with somebody whose session did not', async () => {
  const person = await app.person();
  for (const name of person.cookies.keys()) if (!name.includes('refresh')) person.cookies.delete(name);
  expect((await person.get(arrival)).body).toEqual({ session: null, renewable: true });
});

it('a credential that is not valid is refused as everywhere', async () => {
  const wrong = await app.stranger().get(arrival, { headers: { authorization: 'Bearer nonsense' } });
  expect(wrong.status).toBe(401);
  const person = await app.person();
  later = 400 * 86_400_000;
  expect([(await person.get(arrival)).status, (await person.get('/api/auth/session')).status]).toEqual([401, 401]);
  later = 0;
});

it('a key has no session', async () => {
  const person = await app.person();
  const { key } = (await person.post('/api/auth/api-keys', { name: 'program' })).body;
  const { status, body } = await app.stranger().get(arrival, { headers: { 'x-api-key': key } });
  expect([status, body.session]).toEqual([200, null]);
});

it('where the server takes no session cookies they say nothing, and a token does', async () => {
  const bearer = await createTestApp({ env: { AUTH_MODE: 'bearer' } });
  const person = await bearer.person();
  expect((await person.get(arrival)).body).toEqual({ session: null, renewable: true });
  const { body } = await person.get(arrival, { headers: { authorization: `Bearer ${person.accessToken}` } });
  expect(body.session).toMatchObject({ via: 'bearer', user: { id: person.id } });
  await bearer.close();
});
