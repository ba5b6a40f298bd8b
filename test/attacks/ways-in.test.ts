import { generateSync } from 'otplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailbox } from '../../server/features/notifications/outbox.fixture.ts';
import { createTestApp, goodPassword, type TestApp } from '../app.ts';
import { Authenticator } from '../authenticator.ts';
import type { Client, Json } from '../client.ts';
import { startBentIssuer, type BentIssuer } from '../oidc/bent-issuer.ts';

/** Every way in leads through the same door: each row of this table is tried with each thing that stands in it. */
const site = 'http://localhost:18080';
const mailbox = createMailbox();
let issuer: BentIssuer;
let app: TestApp;
let admin: Client;

type Person = { client: Client; id: string; email: string; key: Authenticator; sub: string };
/** Answers the code of a refusal, or `in`. */
type Way = { name: string; factors: 1 | 2; enter(person: Person, client: Client): Promise<string> };

const bySession = async (client: Client, code: string): Promise<string> =>
  (await client.get('/api/auth/session')).status === 200 ? 'in' : code;

const ways: Way[] = [
  {
    name: 'password',
    factors: 1,
    async enter({ email }, client) {
      const { body } = await client.post('/api/auth/login', { login: email, password: goodPassword });
      return bySession(client, body.code);
    },
  },
  {
    name: 'OpenID Connect',
    factors: 1,
    async enter({ sub }, client) {
      const { headers } = await client.get('/oauth/oidc/login');
      const { searchParams: asked } = new URL(headers.get('location') ?? '');
      const code = issuer.code({ nonce: asked.get('nonce') ?? '', sub });
      const landing = await client.get(`/oauth/oidc/callback?state=${asked.get('state')}&code=${code}`);
      const at = new URL(landing.headers.get('location') ?? '');
      return bySession(
        client,
        at.hash.startsWith('#challenge=') ? 'TOTP_REQUIRED' : (at.searchParams.get('refused') ?? ''),
      );
    },
  },
  {
    name: 'passkey',
    factors: 2,
    async enter({ key }, client) {
      const { options } = (await client.post('/api/auth/passkeys/login/options', {})).body;
      const { body } = await client.post('/api/auth/passkeys/login', { credential: key.show(options) });
      return bySession(client, body.code);
    },
  },
];

beforeAll(async () => {
  issuer = await startBentIssuer();
  app = await createTestApp({
    env: { PUBLIC_URL: site, CONFIG_PREFER: 'stored', OAUTH_ISSUER: issuer.url, OAUTH_CLIENT_ID: 'carrel' },
    overrides: { mail: mailbox.driver },
  });
  admin = await app.person('admin');
});
afterAll(async () => {
  await app.close();
  await issuer.close();
});

let count = 0;
/** Somebody who can come in by every way. */
async function somebody(): Promise<Person> {
  count += 1;
  const client = await app.person(`way${count}`);
  const sub = `way${count}`;
  const begun = await client.post('/api/auth/identities/link', { provider: 'oidc' });
  const { searchParams: asked } = new URL(begun.body.url);
  const code = issuer.code({ nonce: asked.get('nonce') ?? '', sub });
  await client.get(`/oauth/oidc/callback?state=${asked.get('state')}&code=${code}`);
  const key = new Authenticator(site);
  const { options } = (await client.post('/api/auth/passkeys/options', { password: goodPassword })).body;
  await client.post('/api/auth/passkeys', { name: 'key', credential: key.create(options) });
  return { client, id: client.id, email: client.user?.email ?? '', key, sub };
}
const setUser = (id: string, changes: Record<string, string | number>) =>
  app.carrel.database.db.updateTable('users').set(changes).where('id', '=', id).execute();
const audit = async (): Promise<Json[]> => {
  await app.carrel.services.audit.drained();
  return (await admin.get('/api/admin/audit?limit=100')).body.items;
};

describe.each(ways)('by $name', ({ enter, factors }) => {
  it('one comes in; it is written down with the way, and a device that was not seen before is told of by mail', async () => {
    const person = await somebody();
    const client = app.stranger();
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
    await mailbox.next(/new device/, person.email);
  });

  it.each([
    ['is switched off', { is_active: 0 }, 'USER_INACTIVE'],
    ['waits for approval', { role: 'pending' }, 'USER_PENDING'],
  ])('nobody comes in who %s', async (_name, changes, code) => {
    const person = await somebody();
    await setUser(person.id, changes);
    expect(await enter(person, app.stranger())).toBe(code);
    expect((await audit()).some(({ action, target }) => action === 'sign_in.failed' && target?.id === person.id)).toBe(
      true,
    );
  });

  it('nobody comes in whose address is still to be confirmed, where that is asked for', async () => {
    const person = await somebody();
    await admin.patch('/api/settings/auth', { email_verification: true });
    try {
      expect(await enter(person, app.stranger())).toBe('EMAIL_NOT_VERIFIED');
    } finally {
      await admin.patch('/api/settings/auth', { email_verification: false });
    }
  });

  it('the second factor is asked for, unless the way is two factors by itself', async () => {
    const person = await somebody();
    const { secret } = (await person.client.post('/api/auth/totp/enroll')).body;
    await person.client.post('/api/auth/totp/confirm', { code: generateSync({ secret }) });
    expect(await enter(person, app.stranger())).toBe(factors === 2 ? 'in' : 'TOTP_REQUIRED');
  });

  it('where the role needs a second factor, one who has a passkey shows it', async () => {
    const person = await somebody();
    await admin.patch('/api/settings/auth', { second_factor_roles: ['user'] });
    try {
      expect(await enter(person, app.stranger())).toBe(factors === 2 ? 'in' : 'TOTP_REQUIRED');
    } finally {
      await admin.patch('/api/settings/auth', { second_factor_roles: null });
    }
  });

  it('a session that came along ends, and the new one is another', async () => {
    const person = await somebody();
    const client = app.stranger();
    expect(await enter(person, client)).toBe('in');
    const before = [...client.cookies].find(([name]) => name.includes('session'));
    const old = app.stranger();
    old.cookies = new Map(client.cookies);
    expect(await enter(person, client)).toBe('in');
    expect([...client.cookies].find(([name]) => name.includes('session'))).not.toEqual(before);
    expect((await old.get('/api/auth/session')).status).toBe(401);
  });
});
