import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { generateSync } from 'otplib';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import type { Client, Json } from '../../../test/client.ts';
import { CLIENT, startRealIssuer, type PersonThere, type RealIssuer } from '../../../test/oidc/real-issuer.ts';
import { createMailbox } from '../notifications/outbox.fixture.ts';

const site = 'http://localhost:18080';
let issuer: RealIssuer;
let app: TestApp;
let admin: Client;

beforeAll(async () => {
  issuer = await startRealIssuer(`${site}/oauth/oidc/callback`);
  app = await createTestApp({
    env: {
      PUBLIC_URL: site,
      // What the admin sets goes before SIGNUP_MODE of the test's own environment.
      CONFIG_PREFER: 'stored',
      OAUTH_ISSUER: issuer.url,
      OAUTH_CLIENT_ID: CLIENT.id,
      OAUTH_CLIENT_SECRET: CLIENT.secret,
      OAUTH_NAME: 'House ID',
      OAUTH_GROUPS_CLAIM: 'groups',
      OAUTH_ROLE_CLAIM: 'realm_access.roles',
      OAUTH_ADMIN_VALUES: 'carrel-admin',
      OAUTH_LINK_BY_EMAIL: 'true',
    },
    overrides: { mail: createMailbox().driver },
  });
  admin = await app.person('admin');
});
afterAll(async () => {
  await app.close();
  await issuer.close();
});

const someone = (sub: string, more: Partial<PersonThere> = {}): PersonThere => ({
  sub,
  email: `${sub}@example.org`,
  email_verified: true,
  name: `The ${sub}`,
  ...more,
});

/** To the issuer and back, as a browser would; answers where it lands. */
async function goRound(client: Client, query = ''): Promise<URL> {
  const start = await client.get(`/oauth/oidc/login${query}`);
  expect(start.status).toBe(302);
  return comeBack(client, start.headers.get('location') ?? '');
}
async function comeBack(client: Client, there: string): Promise<URL> {
  const back = await issuer.visit(there);
  const landing = await client.get(back.pathname + back.search);
  expect(landing.status).toBe(302);
  return new URL(landing.headers.get('location') ?? '');
}
async function signedInAs(client: Client): Promise<Json> {
  const { status, body } = await client.get('/api/auth/session');
  if (status !== 200) return null;
  client.csrfToken = body.csrf_token;
  client.user = body.user;
  return body.user;
}
const arriving = async (person: PersonThere, query = ''): Promise<{ client: Client; landing: URL; user: Json }> => {
  issuer.person = person;
  const client = app.stranger();
  const landing = await goRound(client, query);
  return { client, landing, user: await signedInAs(client) };
};
const linked = async (client: Client): Promise<Json[]> => (await client.get('/api/auth/identities')).body.items;

beforeEach(() => admin.patch('/api/settings/auth', { signup_mode: 'open', second_factor_roles: null }));

it('the sign-in page is told of it', async () => {
  const { body } = await app.stranger().get('/api/auth/providers');
  expect(body.oauth).toEqual([{ id: 'oidc', name: 'House ID' }]);
});

describe('somebody new', () => {
  it('gets an account with a confirmed address, lands where they wanted to be, and is the same person the next time', async () => {
    const first = await arriving(someone('ada', { preferred_username: 'ada' }), '?return_to=/files%3Fq%3D1');
    expect(first.landing.href).toBe(`${site}/files?q=1`);
    expect(first.user).toMatchObject({ email: 'ada@example.org', username: 'ada', name: 'The ada', role: 'user' });
    expect(first.user.email_verified).toBe(true);
    const again = await arriving(someone('ada', { email: 'ada-moved@example.org' }));
    expect(again.user.id).toBe(first.user.id);
    expect(again.user.email).toBe('ada@example.org');
  });

  it.each([
    ['closed', 'SIGNUP_DISABLED'],
    ['invite', 'SIGNUP_DISABLED'],
    ['approval', 'USER_PENDING'],
  ])('is held to the sign-up mode %s', async (signup_mode, refused) => {
    await admin.patch('/api/settings/auth', { signup_mode });
    const { landing, user } = await arriving(someone(`held-${signup_mode}`));
    expect([landing.pathname, landing.searchParams.get('refused'), user]).toEqual(['/sign-in', refused, null]);
  });

  it('comes in by an invite', async () => {
    await admin.patch('/api/settings/auth', { signup_mode: 'invite' });
    const { code } = (await admin.post('/api/admin/invites', { max_uses: 1 })).body;
    expect((await arriving(someone('invited'), `?invite=${code}`)).user).toMatchObject({ role: 'user' });
    const late = await arriving(someone('too-late'), `?invite=${code}`);
    expect(late.landing.searchParams.get('refused')).toBe('INVALID_INVITE');
  });

  it('gets none for an address that nobody has confirmed, or without one', async () => {
    for (const person of [
      someone('unsure', { email_verified: false }),
      someone('quiet', { email: undefined as never }),
    ]) {
      const { landing, user } = await arriving(person);
      expect([landing.searchParams.get('refused'), user]).toEqual(['EMAIL_NOT_VERIFIED', null]);
    }
  });

  it('is one account of 20 that come at once', async () => {
    issuer.person = someone('at-once');
    const clients = Array.from({ length: 20 }, () => app.stranger());
    await Promise.all(clients.map((client) => goRound(client)));
    const users = await Promise.all(clients.map(signedInAs));
    expect(new Set(users.map((user) => user?.id)).size).toBe(1);
    expect(users[0]).toMatchObject({ email: 'at-once@example.org' });
  });
});

describe('somebody who has an account', () => {
  it('is not taken for it by an address that they never confirmed here', async () => {
    const owner = await app.person('claimed');
    const { landing, user } = await arriving(someone('claimed'));
    expect([landing.searchParams.get('refused'), user]).toEqual(['EMAIL_EXISTS', null]);
    expect(await linked(owner)).toEqual([]);
  });

  it('is taken for it by an address that both sides have confirmed', async () => {
    const owner = await app.person('confirmed');
    const { db } = app.carrel.database;
    await db.updateTable('users').set({ email_verified: 1 }).where('id', '=', owner.id).execute();
    expect((await arriving(someone('confirmed', { email_verified: false }))).user).toBeNull();
    expect((await arriving(someone('confirmed'))).user.id).toBe(owner.id);
    expect(await linked(owner)).toMatchObject([{ provider: 'oidc', email: 'confirmed@example.org' }]);
  });

  it('links it in the settings, and unlinks it, but not the last way in', async () => {
    const owner = await app.person('linker');
    issuer.person = someone('elsewhere', { email: 'other@example.org', email_verified: false });
    const { body } = await owner.post('/api/auth/identities/link', { provider: 'oidc' });
    expect((await comeBack(owner, body.url)).pathname).toBe('/settings');
    expect((await arriving(issuer.person)).user.id).toBe(owner.id);
    const [identity] = await linked(owner);
    expect((await owner.delete(`/api/auth/identities/${identity.id}`)).status).toBe(204);
    expect(await linked(owner)).toEqual([]);

    const { client } = await arriving(someone('only-way'));
    const [only] = await linked(client);
    const kept = await client.delete(`/api/auth/identities/${only.id}`);
    expect([kept.status, kept.body.code]).toEqual([409, 'CONFLICT']);
    expect(await linked(client)).toHaveLength(1);
  });

  it('cannot link what is another account’s', async () => {
    await arriving(someone('taken'));
    const other = await app.person('wants-taken');
    issuer.person = someone('taken');
    const { body } = await other.post('/api/auth/identities/link', { provider: 'oidc' });
    const landing = await comeBack(other, body.url);
    expect([landing.pathname, landing.searchParams.get('refused')]).toEqual(['/settings', 'CONFLICT']);
    expect(await linked(other)).toEqual([]);
  });

  it('links nothing with a session that has ended meanwhile', async () => {
    const owner = await app.person('ended');
    issuer.person = someone('ended-there');
    const { body } = await owner.post('/api/auth/identities/link', { provider: 'oidc' });
    const back = await issuer.visit(body.url);
    await owner.post('/api/auth/logout-all');
    const landing = await owner.get(back.pathname + back.search);
    expect(landing.headers.get('location')).toContain('refused=SESSION_EXPIRED');
  });

  it('is switched off here, whatever is said there', async () => {
    const { client, user } = await arriving(someone('gone'));
    await admin.patch(`/api/admin/users/${user.id}`, { is_active: false });
    expect((await client.get('/api/auth/session')).status).toBe(401);
    expect((await arriving(someone('gone'))).landing.searchParams.get('refused')).toBe('USER_INACTIVE');
  });

  it('gives the second factor of their account here', async () => {
    const { client } = await arriving(someone('careful'));
    const { secret } = (await client.post('/api/auth/totp/enroll')).body;
    await client.post('/api/auth/totp/confirm', { code: generateSync({ secret }) });
    const { client: next, landing, user } = await arriving(someone('careful'), '?return_to=/files');
    expect([landing.pathname, landing.searchParams.get('return_to'), user]).toEqual(['/sign-in', '/files', null]);
    const challenge = landing.hash.slice('#challenge='.length);
    const code = generateSync({ secret, epoch: Math.floor(Date.now() / 1_000) + 30 });
    const signIn = await next.post('/api/auth/login/totp', { challenge, code });
    expect([signIn.status, signIn.body.user?.email]).toEqual([200, 'careful@example.org']);
  });

  it('is shut into setting up a factor where their role needs one', async () => {
    await admin.patch('/api/settings/auth', { second_factor_roles: ['user'] });
    const { client, user } = await arriving(someone('lacking'));
    expect(user.role).toBe('user');
    expect((await client.get('/api/auth/session')).body.second_factor_required).toBe(true);
    expect((await client.get('/api/conversations')).status).toBe(403);
  });
});

describe('groups and roles', () => {
  it('follow the claims at each sign-in, and leave what was given here', async () => {
    const [readers, writers, own] = await Promise.all(
      ['Readers', 'Writers', 'Own'].map(async (name) => (await admin.post('/api/admin/groups', { name })).body.id),
    );
    const membersOf = async (id: string): Promise<string[]> =>
      (await admin.get(`/api/admin/groups/${id}/members`)).body.items.map((member: Json) => member.email);
    const { user } = await arriving(someone('moved', { groups: ['readers', 'unknown'] }));
    await admin.put(`/api/admin/groups/${own}/members/${user.id}`);
    expect(await membersOf(readers)).toEqual(['moved@example.org']);
    await arriving(someone('moved', { groups: ['WRITERS'] }));
    expect(await membersOf(readers)).toEqual([]);
    expect(await membersOf(writers)).toEqual(['moved@example.org']);
    await arriving(someone('moved'));
    expect(await membersOf(writers)).toEqual([]);
    expect(await membersOf(own)).toEqual(['moved@example.org']);
  });

  it('an admin there is one here until they are none there, and the last one here stays', async () => {
    const chief = { realm_access: { roles: ['carrel-admin'] } };
    expect((await arriving(someone('chief', chief))).user.role).toBe('admin');
    expect((await arriving(someone('chief'))).user.role).toBe('user');
    await arriving(someone('chief', chief));
    await admin.patch(`/api/admin/users/${admin.id}`, { role: 'user' });
    const { client, user } = await arriving(someone('chief'));
    expect(user.role).toBe('admin');
    await client.patch(`/api/admin/users/${admin.id}`, { role: 'admin' });
    const back = await app.stranger().post('/api/auth/login', { login: 'admin@example.org', password: goodPassword });
    admin = Object.assign(app.stranger(), {}).signedIn(back.body);
    for (const line of back.headers.getSetCookie()) admin.keepCookie(line);
  });
});

it('signing out leads to where the provider ends its session', async () => {
  const { client } = await arriving(someone('leaving'));
  const { url } = (await client.get('/api/auth/end-session')).body;
  const at = new URL(url);
  expect(at.origin).toBe(issuer.url);
  expect(at.searchParams.get('post_logout_redirect_uri')).toBe(`${site}/sign-in`);
  expect((await admin.get('/api/auth/end-session')).body).toEqual({ url: null });
});

it('the test of the connection says that all is well, and what is not', async () => {
  const right = await admin.post('/api/admin/sign-in-providers/oidc/test');
  expect(right.body).toMatchObject({ ok: true });
  await admin.post('/api/admin/sign-in-providers', {
    id: 'wrong',
    name: 'Wrong',
    issuer: issuer.url,
    client_id: CLIENT.id,
    client_secret: 'not the secret',
  });
  const { body } = await admin.post('/api/admin/sign-in-providers/wrong/test');
  expect(body.ok).toBe(false);
  expect(body.steps.map(({ step, ok }: Json) => [step, ok])).toEqual([
    ['discovery', true],
    ['features', true],
    ['keys', true],
    ['client', false],
  ]);
  expect(body.steps[3].message).toContain('invalid_client');
});
