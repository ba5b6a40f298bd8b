import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Answer, Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { startBentIssuer, type BentIssuer } from '../../../test/oidc/bent-issuer.ts';
import { CLIENT, startRealIssuer } from '../../../test/oidc/real-issuer.ts';
import { freePort } from '../../../test/process.ts';
import { createMailbox } from '../notifications/outbox.fixture.ts';

const site = 'http://localhost:18080';
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
type Claims = Record<string, unknown>;

/** OpenID Connect Back-Channel Logout 1.0: a provider tells of a sign-out, and what began there ends here. */
describeEachDatabase('a sign-out at the provider', (database) => {
  let later = 0;
  let one: BentIssuer;
  let two: BentIssuer;
  let app: TestApp;
  let admin: Client;
  beforeAll(async () => {
    [one, two] = [await startBentIssuer(), await startBentIssuer()];
    app = await createTestApp({
      env: { PUBLIC_URL: site, DATABASE_URL: database().url },
      overrides: { now: () => Date.now() + later, mail: createMailbox().driver },
    });
    admin = await app.person('admin');
    for (const [id, { url }] of Object.entries({ one, two }))
      await admin.post('/api/admin/sign-in-providers', { id, name: id, issuer: url, client_id: 'carrel' });
  });
  afterEach(() => {
    one.straighten();
    two.straighten();
    later = 0;
  });
  afterAll(async () => {
    await app.close();
    await one.close();
    await two.close();
  });

  async function arrive(sub: string, sid?: string, provider: 'one' | 'two' = 'one'): Promise<Client> {
    const issuer = { one, two }[provider];
    issuer.bend.claims = (claims) => ({
      ...claims,
      ...(sid !== undefined && { sid }),
      email: `${sub}-${provider}@example.org`,
    });
    const client = app.stranger();
    const { headers } = await client.get(`/oauth/${provider}/login`);
    const { searchParams: asked } = new URL(headers.get('location') ?? '');
    const code = issuer.code({ nonce: asked.get('nonce') ?? '', sub });
    await client.get(`/oauth/${provider}/callback?state=${asked.get('state')}&code=${code}`);
    client.user = (await client.get('/api/users/me')).body;
    expect(client.user?.email).toBe(`${sub}-${provider}@example.org`);
    return client;
  }
  const isIn = async (client: Client): Promise<boolean> => (await client.get('/api/auth/session')).status === 200;

  let made = 0;
  const claimsOf = (more: Claims): Claims => {
    made += 1;
    const at = Math.floor(Date.now() / 1_000);
    const always = {
      iss: one.url,
      aud: 'carrel',
      iat: at,
      exp: at + 120,
      jti: `logout-${made}`,
      events: { [EVENT]: {} },
    };
    return Object.fromEntries(Object.entries({ ...always, ...more }).filter(([, value]) => value !== undefined));
  };
  const send = (token: string, provider = 'one'): Promise<Answer> =>
    app.stranger().post(`/oauth/${provider}/backchannel-logout`, new URLSearchParams({ logout_token: token }));
  const told = async (more: Claims, provider = 'one'): Promise<Answer> =>
    send(await one.sign(claimsOf(more)), provider);

  it('ends the session that it names, and leaves the person’s others', async () => {
    const [first, second] = [await arrive('ada', 'sid-1'), await arrive('ada', 'sid-2')];
    const answer = await told({ sub: 'ada', sid: 'sid-1' });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect([await isIn(first), await isIn(second)]).toEqual([false, true]);
    expect((await told({ sid: 'sid-2' })).status).toBe(200);
    expect(await isIn(second)).toBe(false);
  });

  it('ends all that the person began there where it names the person alone, and nothing that began elsewhere', async () => {
    const [first, second] = [await arrive('ben', 'sid-3'), await arrive('ben')];
    const [other, elsewhere] = [await arrive('bella', 'sid-3b'), await arrive('ben', 'sid-3', 'two')];
    expect((await told({ sub: 'ben' })).status).toBe(200);
    expect(await Promise.all([first, second, other, elsewhere].map(isIn))).toEqual([false, false, true, true]);
  });

  it('ends tokens and open streams at once, and stands in the audit log', async () => {
    const client = await arrive('cleo', 'sid-4');
    const session = (await client.get('/api/auth/session')).body;
    client.csrfToken = session.csrf_token;
    const { access_token } = (await client.post('/api/auth/refresh')).body;
    const bearer = { headers: { authorization: `Bearer ${access_token}` } };
    expect((await app.stranger().get('/api/users/me', bearer)).status).toBe(200);
    await told({ sid: 'sid-4' });
    expect((await app.stranger().get('/api/users/me', bearer)).status).toBe(401);
    expect((await client.post('/api/auth/refresh')).status).toBe(401);
    await app.carrel.services.audit.drained();
    const { items } = (await admin.get('/api/admin/audit?action=sessions.revoked')).body;
    expect(items[0]).toMatchObject({ target: { id: client.id }, detail: { reason: 'provider' } });
  });

  it('of somebody who is not known here, or whose session is over, is nothing to refuse', async () => {
    expect((await told({ sub: 'nobody' })).status).toBe(200);
    expect((await told({ sid: 'long-gone' })).status).toBe(200);
  });

  it.each<[string, Claims]>([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for another client', { aud: 'somebody-else' }],
    ['without a client', { aud: undefined }],
    ['that has run out', { iat: Math.floor(Date.now() / 1_000) - 600, exp: Math.floor(Date.now() / 1_000) - 300 }],
    ['that was made long ago and lasts for ever', { iat: 1_000_000_000, exp: 9_999_999_999 }],
    ['without an end', { exp: undefined }],
    ['without a time', { iat: undefined }],
    ['without an id', { jti: undefined }],
    ['with an empty id', { jti: '' }],
    ['with a nonce, as ID tokens have', { nonce: 'x' }],
    ['without events', { events: undefined }],
    ['with other events', { events: { 'http://schemas.openid.net/event/other': {} } }],
    ['with an event that is no object', { events: { [EVENT]: true } }],
    ['of neither a person nor a session', { sub: undefined }],
    ['of a session that is no text', { sub: undefined, sid: 7 }],
  ])('with a token %s is refused, and ends nothing', async (_what, more) => {
    const client = await arrive('dora', 'sid-5');
    const { status, body } = await told({ sub: 'dora', ...more });
    expect([status, body.code]).toEqual([400, 'INVALID_TOKEN']);
    expect(await isIn(client)).toBe(true);
  });

  it('with a token that is not signed by the issuer’s key is refused', async () => {
    const client = await arrive('emma', 'sid-6');
    const claims = claimsOf({ sub: 'emma' });
    const { privateKey } = await generateKeyPair('RS256');
    const secret = new TextEncoder().encode('the secret of the client, which is shared');
    const forged = [
      await one.sign(claims, privateKey),
      await two.sign(claims),
      new UnsecuredJWT(claims).encode(),
      await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(secret),
      `${await one.sign(claims)}x`,
      'nonsense',
      'a.b.c',
    ];
    for (const token of forged) expect([token, (await send(token)).body.code]).toEqual([token, 'INVALID_TOKEN']);
    expect(await isIn(client)).toBe(true);
  });

  it('with an ID token in its place is refused', async () => {
    const client = await arrive('fay', 'sid-7');
    const at = Math.floor(Date.now() / 1_000);
    const idToken = await one.sign({
      iss: one.url,
      aud: 'carrel',
      sub: 'fay',
      iat: at,
      exp: at + 300,
      jti: 'x',
      nonce: 'y',
    });
    expect((await send(idToken)).status).toBe(400);
    expect(await isIn(client)).toBe(true);
  });

  it('works once: sent again by whoever kept it, it does not end the next session', async () => {
    const first = await arrive('gina');
    const token = await one.sign(claimsOf({ sub: 'gina' }));
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(token)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400, 400, 400, 400]);
    expect(await isIn(first)).toBe(false);
    const next = await arrive('gina');
    expect((await send(token)).status).toBe(400);
    expect(await isIn(next)).toBe(true);
  });

  it('of one issuer ends nothing that began at another, whatever it names', async () => {
    const theirs = await arrive('hana', 'sid-8', 'two');
    expect((await told({ sub: 'hana', sid: 'sid-8' })).status).toBe(200);
    expect((await told({ sid: 'sid-8' }, 'two')).status).toBe(400);
    expect(await isIn(theirs)).toBe(true);
  });

  it('is refused without a token, by a provider that nobody knows, and in another form', async () => {
    expect((await app.stranger().post('/oauth/one/backchannel-logout', new URLSearchParams())).status).toBe(400);
    expect((await send('x', 'none')).status).toBe(404);
    const text = { headers: { 'content-type': 'text/plain' } };
    expect((await app.stranger().post('/oauth/one/backchannel-logout', 'logout_token=x', text)).status).toBe(415);
    const other = new URLSearchParams({
      logout_token: await one.sign(claimsOf({ sub: 'nobody' })),
      more: 'passed over',
    });
    expect((await app.stranger().post('/oauth/one/backchannel-logout', other)).status).toBe(200);
  });
});

describe('a sign-out at the real oidc-provider', () => {
  it('reaches Carrel by the back channel', async () => {
    const port = await freePort();
    const here = `http://localhost:${port}`;
    const issuer = await startRealIssuer(`${here}/oauth/oidc/callback`, {
      backchannelLogoutUri: `${here}/oauth/oidc/backchannel-logout`,
    });
    const app = await createTestApp({
      env: {
        PORT: String(port),
        PUBLIC_URL: here,
        OAUTH_ISSUER: issuer.url,
        OAUTH_CLIENT_ID: CLIENT.id,
        OAUTH_CLIENT_SECRET: CLIENT.secret,
      },
    });
    try {
      await app.person('admin');
      issuer.person = { sub: 'ada', email: 'ada@example.org', email_verified: true };
      const client = app.stranger();
      const start = await client.get('/oauth/oidc/login');
      const back = await issuer.visit(start.headers.get('location') ?? '');
      await client.get(back.pathname + back.search);
      expect((await client.get('/api/auth/session')).status).toBe(200);
      await issuer.signOut();
      expect((await client.get('/api/auth/session')).status).toBe(401);
    } finally {
      await app.close();
      await issuer.close();
    }
  });
});
