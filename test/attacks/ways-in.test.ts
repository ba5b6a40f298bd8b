import { generateSync } from 'otplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword } from '../app.ts';
import type { Client, Json } from '../client.ts';
import { createPeople, startWays, waysOf, type House, type Person } from './ways.ts';

/** Every way in leads through the same door: each row of this table is tried with each thing that stands in it. */
let house: House;
let admin: Client;
const ways = waysOf(() => house);
const { somebody, nobodyYet } = createPeople(() => house, ways);

beforeAll(async () => {
  house = await startWays();
  admin = await house.app.person('admin');
});
afterAll(() => house.close());

const stranger = (): Client => house.app.stranger();
const setUser = (id: string, changes: Record<string, string | number>) =>
  house.app.carrel.database.db.updateTable('users').set(changes).where('id', '=', id).execute();
const audit = async (): Promise<Json[]> => {
  await house.app.carrel.services.audit.drained();
  return (await admin.get('/api/admin/audit?limit=100')).body.items;
};
/** While a setting is as it is given; then it is as before. */
async function during(settings: object, work: () => Promise<void>): Promise<void> {
  await admin.patch('/api/settings/auth', settings);
  try {
    await work();
  } finally {
    await admin.patch('/api/settings/auth', Object.fromEntries(Object.keys(settings).map((name) => [name, null])));
  }
}

describe.each(ways)('by $name', ({ enter: go, factors, newcomers }) => {
  const enter = async (person: Person, client: Client): Promise<string> => (await go(person, client)).outcome;

  it('one comes in; it is written down with the way, and a device that was not seen before is told of by mail', async () => {
    const person = await somebody();
    const client = stranger();
    const plain = client.fetch.bind(client);
    client.fetch = (method, path, body, options) =>
      plain(method, path, body, {
        ...options,
        headers: { ...options?.headers, 'user-agent': 'A browser of another kind' },
      });
    expect(await enter(person, client)).toBe('in');
    const entry = (await audit()).find(
      ({ action, actor }) => action === 'sign_in.succeeded' && actor?.id === person.id,
    );
    expect(entry.detail.method).toEqual(expect.any(String));
    await house.mailbox.next(/new device/, person.email);
  });

  it.each([
    ['is switched off', { is_active: 0 }, 'USER_INACTIVE'],
    ['waits for approval', { role: 'pending' }, 'USER_PENDING'],
  ])('nobody comes in who %s', async (_name, changes, code) => {
    const person = await somebody();
    await setUser(person.id, changes);
    expect(await enter(person, stranger())).toBe(code);
    expect((await audit()).some(({ action, target }) => action === 'sign_in.failed' && target?.id === person.id)).toBe(
      true,
    );
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['is switched off', (id) => admin.patch(`/api/admin/users/${id}`, { is_active: false })],
    ['is made to wait', (id) => admin.patch(`/api/admin/users/${id}`, { role: 'pending' })],
    ['is deleted', (id) => admin.delete(`/api/admin/users/${id}`)],
  ])('the session of somebody who %s is over at once', async (_name, end) => {
    const person = await somebody();
    const client = stranger();
    expect(await enter(person, client)).toBe('in');
    await end(person.id);
    expect((await client.get('/api/auth/session')).status).toBe(401);
    expect((await client.get('/api/conversations')).status).toBe(401);
  });

  it('an admin who is none any more is none in the session that began so', async () => {
    const person = await somebody();
    await admin.patch(`/api/admin/users/${person.id}`, { role: 'admin' });
    const client = stranger();
    expect(await enter(person, client)).toBe('in');
    expect((await client.get('/api/admin/users')).status).toBe(200);
    await admin.patch(`/api/admin/users/${person.id}`, { role: 'user' });
    expect([401, 403]).toContain((await client.get('/api/admin/users')).status);
  });

  it('nobody comes in whose address is still to be confirmed, where that is asked for', async () => {
    const person = await somebody();
    await during({ email_verification: true }, async () =>
      expect(await enter(person, stranger())).toBe('EMAIL_NOT_VERIFIED'),
    );
  });

  it('the second factor is asked for, unless the way is two factors by itself', async () => {
    const person = await somebody();
    const { secret } = (await person.client.post('/api/auth/totp/enroll')).body;
    await person.client.post('/api/auth/totp/confirm', { code: generateSync({ secret }) });
    expect(await enter(person, stranger())).toBe(factors === 2 ? 'in' : 'TOTP_REQUIRED');
  });

  it.runIf(factors === 1)('ten wrong codes at the second step lock it, for the right one too', async () => {
    const person = await somebody();
    const { secret } = (await person.client.post('/api/auth/totp/enroll')).body;
    const { backup_codes } = (await person.client.post('/api/auth/totp/confirm', { code: generateSync({ secret }) }))
      .body;
    const { challenge } = await go(person, stranger());
    const second = async (code: string) =>
      (await stranger().post('/api/auth/login/totp', { challenge, code })).body.code ?? 'in';
    for (let n = 0; n < 10; n += 1) expect(await second('AAAAA-AAAAA')).toBe('TOTP_INVALID');
    expect(await second(backup_codes[0])).toBe('ACCOUNT_LOCKED');
  });

  it('where the role needs a second factor, one who has a passkey shows it', async () => {
    const person = await somebody();
    await during({ second_factor_roles: ['user'] }, async () =>
      expect(await enter(person, stranger())).toBe(factors === 2 ? 'in' : 'TOTP_REQUIRED'),
    );
  });

  it.runIf(factors === 1)(
    'where the role needs a second factor, one who has none can do nothing but set one up',
    async () => {
      const person = await somebody({ passkey: false });
      await during({ second_factor_roles: ['user'] }, async () => {
        const client = stranger();
        expect(await enter(person, client)).toBe('in');
        expect((await client.get('/api/auth/session')).body.second_factor_required).toBe(true);
        expect((await client.get('/api/conversations')).body.code).toBe('FORBIDDEN');
      });
    },
  );

  it('a session that came along ends, and the new one is another', async () => {
    const person = await somebody();
    const client = stranger();
    expect(await enter(person, client)).toBe('in');
    const before = [...client.cookies].find(([name]) => name.includes('session'));
    const old = stranger();
    old.cookies = new Map(client.cookies);
    client.csrfToken = (await client.get('/api/auth/session')).body.csrf_token;
    expect(await enter(person, client)).toBe('in');
    expect([...client.cookies].find(([name]) => name.includes('session'))).not.toEqual(before);
    expect((await old.get('/api/auth/session')).status).toBe(401);
  });

  describe.runIf(newcomers !== 'none')('somebody new', () => {
    it.each([
      ['open', 'in'],
      ['approval', 'USER_PENDING'],
      ['closed', 'SIGNUP_DISABLED'],
      ['invite', newcomers === 'welcome' ? 'in' : 'SIGNUP_DISABLED'],
    ])('where sign-up is %s: %s', async (mode, due) => {
      await during({ signup_mode: mode }, async () => expect((await go(nobodyYet(), stranger())).outcome).toBe(due));
    });
  });
});

it('of 50 at once by every way, at two instances before there is an admin, one becomes the admin', async () => {
  const fresh = await startWays();
  const other = await createTestApp({ env: fresh.env, dataDir: fresh.app.config.dataDir });
  try {
    const theirWays = waysOf(() => fresh).filter(({ newcomers }) => newcomers !== 'none');
    const first = (n: number) => (n % 2 === 0 ? fresh.app : other).stranger();
    await Promise.all(
      Array.from({ length: 50 }, async (_, n) => {
        const way = theirWays[n % (theirWays.length + 1)];
        if (way) return way.enter({ ...nobodyYet(), sub: `way${n}`, email: `way${n}@example.org` }, first(n));
        return first(n).post('/api/auth/setup', { email: `setup${n}@example.org`, password: goodPassword });
      }),
    );
    const { db } = fresh.app.carrel.database;
    const admins = await db.selectFrom('users').select('email').where('role', '=', 'admin').execute();
    expect(admins).toEqual([{ email: expect.stringMatching(/^setup/) as string }]);
  } finally {
    await other.close();
    await fresh.close();
  }
});
