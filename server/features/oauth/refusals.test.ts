import { createHmac } from 'node:crypto';
import { generateKeyPair } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { startBentIssuer, type BentIssuer } from '../../../test/oidc/bent-issuer.ts';

/** What a provider, or somebody between it and here, can try: each is refused, and makes no account and no session. */
const site = 'http://localhost:18080';
let later = 0;
let one: BentIssuer;
let two: BentIssuer;
let app: TestApp;
let admin: Client;

beforeAll(async () => {
  [one, two] = [await startBentIssuer(), await startBentIssuer()];
  app = await createTestApp({ env: { PUBLIC_URL: site }, overrides: { now: () => Date.now() + later } });
  admin = await app.person('admin');
  for (const [id, { url }] of [
    ['one', one],
    ['two', two],
  ] as const) {
    const { status } = await admin.post('/api/admin/sign-in-providers', {
      id,
      name: id,
      issuer: url,
      client_id: 'carrel',
    });
    if (status !== 201) throw new Error(`no provider: ${status}`);
  }
});
afterEach(() => one.straighten());
afterAll(async () => {
  await app.close();
  await one.close();
  await two.close();
});

type Begun = { client: Client; state: string; nonce: string; at: URL };

async function begin(provider = 'one', client = app.stranger(), query = ''): Promise<Begun> {
  const { headers } = await client.get(`/oauth/${provider}/login${query}`);
  const at = new URL(headers.get('location') ?? '');
  return { client, at, state: at.searchParams.get('state') ?? '', nonce: at.searchParams.get('nonce') ?? '' };
}

async function land(client: Client, provider: string, query: Record<string, string> | [string, string][]) {
  const { status, headers } = await client.get(`/oauth/${provider}/callback?${new URLSearchParams(query).toString()}`);
  const at = new URL(headers.get('location') ?? 'about:blank');
  const isIn = (await client.get('/api/auth/session')).status === 200;
  return { status, at, refused: at.searchParams.get('refused'), isIn };
}
const people = async (): Promise<number> =>
  (await app.carrel.database.db.selectFrom('users').select('id').execute()).length;

/** The code that a round was refused with; something else where anybody came in or got an account by it. */
async function tried(work: () => ReturnType<typeof land>): Promise<string | null> {
  const before = await people();
  const { status, at, refused, isIn } = await work();
  const isLeftAlone = status === 302 && at.origin === site && !isIn && (await people()) === before;
  return isLeftAlone ? refused : `not refused: ${status} ${at.href}`;
}

it('what is asked of the provider has PKCE (S256), state, nonce and the exact redirect URI', async () => {
  const { at } = await begin();
  expect(at.origin).toBe(one.url);
  expect(Object.fromEntries(at.searchParams)).toMatchObject({
    response_type: 'code',
    client_id: 'carrel',
    redirect_uri: `${site}/oauth/one/callback`,
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
    state: expect.stringMatching(/^[\w-]{43}$/) as string,
    nonce: expect.stringMatching(/^[\w-]{43}$/) as string,
  });
});

it('a round as it should be lets in, and its verifier goes to the token endpoint', async () => {
  const { client, state, nonce } = await begin();
  const { isIn, at } = await land(client, 'one', { state, code: one.code({ nonce, sub: 'right' }) });
  expect([isIn, at.href]).toEqual([true, `${site}/`]);
  expect(one.asked.at(-1)?.get('code_verifier')).toMatch(/^[\w-]{43}$/);
  expect(one.asked.at(-1)?.get('redirect_uri')).toBe(`${site}/oauth/one/callback`);
});

describe('state', () => {
  it('is not missing, empty, doubled or made up', async () => {
    const { client, state, nonce } = await begin();
    const code = one.code({ nonce });
    const queries: [string, string][][] = [
      [['code', code]],
      [
        ['code', code],
        ['state', ''],
      ],
      [
        ['code', code],
        ['state', state],
        ['state', 'x'.repeat(43)],
      ],
      [
        ['code', code],
        ['state', 'x'.repeat(43)],
      ],
    ];
    for (const query of queries) expect(await tried(() => land(client, 'one', query))).toBe('INVALID_TOKEN');
  });

  it('is not another browser’s, and stays good for its own', async () => {
    const { client, state, nonce } = await begin();
    const code = one.code({ nonce, sub: 'own-browser' });
    expect(await tried(() => land(app.stranger(), 'one', { state, code }))).toBe('INVALID_TOKEN');
    const { client: other } = await begin();
    expect(await tried(() => land(other, 'one', { state, code }))).toBe('INVALID_TOKEN');
    expect((await land(client, 'one', { state, code })).isIn).toBe(true);
  });

  it('works once', async () => {
    const { client, state, nonce } = await begin();
    const code = one.code({ nonce, sub: 'once' });
    expect((await land(client, 'one', { state, code })).isIn).toBe(true);
    await client.post('/api/auth/logout');
    client.cookies.forEach((_value, name) => name.includes('flow') || client.cookies.delete(name));
    expect(await tried(() => land(client, 'one', { state, code: one.code({ nonce, sub: 'once' }) }))).toBe(
      'INVALID_TOKEN',
    );
  });

  it('is over after ten minutes', async () => {
    const { client, state, nonce } = await begin();
    later += 10 * 60_000;
    expect(await tried(() => land(client, 'one', { state, code: one.code({ nonce }) }))).toBe('INVALID_TOKEN');
  });

  it('of 20 who come back with it at once lets one in', async () => {
    const { client, state, nonce } = await begin();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        client.get(`/oauth/one/callback?state=${state}&code=${one.code({ nonce, sub: 'crowd' })}`),
      ),
    );
    expect(answers.filter(({ headers }) => !headers.get('location')?.includes('refused=')).length).toBe(1);
  });
});

describe('the code', () => {
  it('that was used is refused by the provider, and so here', async () => {
    const first = await begin();
    const code = one.code({ nonce: first.nonce, sub: 'used' });
    expect((await land(first.client, 'one', { state: first.state, code })).isIn).toBe(true);
    const second = await begin();
    expect(await tried(() => land(second.client, 'one', { state: second.state, code }))).toBe('PROVIDER_ERROR');
  });

  it('of another round brings another nonce', async () => {
    const [mine, theirs] = [await begin(), await begin()];
    const code = one.code({ nonce: theirs.nonce, sub: 'victim' });
    expect(await tried(() => land(mine.client, 'one', { state: mine.state, code }))).toBe('PROVIDER_ERROR');
  });

  it('is not there where the person said no', async () => {
    const { client, state } = await begin();
    expect(await tried(() => land(client, 'one', { state, error: 'access_denied' }))).toBe('PROVIDER_ERROR');
  });
});

describe('two issuers are not mixed up', () => {
  it('a round that began at one does not end at the other', async () => {
    const { client, state, nonce } = await begin('one');
    expect(await tried(() => land(client, 'two', { state, code: two.code({ nonce }) }))).toBe('INVALID_TOKEN');
    expect(two.asked).toEqual([]);
  });

  it('an answer that names another issuer is not taken, and its code goes to neither', async () => {
    const { client, state, nonce } = await begin('one');
    const asked = one.asked.length;
    expect(await tried(() => land(client, 'one', { state, code: one.code({ nonce }), iss: two.url }))).toBe(
      'PROVIDER_ERROR',
    );
    expect([one.asked.length, two.asked.length]).toEqual([asked, 0]);
  });

  it('the same subject at another issuer is somebody else', async () => {
    const ids: string[] = [];
    for (const [provider, issuer] of [
      ['one', one],
      ['two', two],
    ] as const) {
      issuer.bend.claims = (claims) => ({ ...claims, email: `subject-at-${provider}@example.org` });
      const { client, state, nonce } = await begin(provider);
      expect((await land(client, provider, { state, code: issuer.code({ nonce, sub: 'same' }) })).isIn).toBe(true);
      ids.push((await client.get('/api/auth/session')).body.user.id);
    }
    expect(ids[0]).not.toBe(ids[1]);
  });
});

const hour = 3_600;
const now = (): number => Math.floor(Date.now() / 1_000);
const b64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('an ID token is not taken', () => {
  it.each<[string, (claims: Record<string, unknown>) => Record<string, unknown>]>([
    ['with another nonce', (claims) => ({ ...claims, nonce: 'x' })],
    ['without a nonce', ({ nonce: _nonce, ...claims }) => claims],
    ['of another issuer', (claims) => ({ ...claims, iss: two.url })],
    ['for another client', (claims) => ({ ...claims, aud: 'somebody-else' })],
    ['that has expired', (claims) => ({ ...claims, iat: now() - 2 * hour, exp: now() - hour })],
    ['without a subject', ({ sub: _sub, ...claims }) => claims],
  ])('%s', async (_name, claims) => {
    one.bend.claims = claims;
    const { client, state, nonce } = await begin();
    expect(await tried(() => land(client, 'one', { state, code: one.code({ nonce }) }))).toBe('PROVIDER_ERROR');
  });

  it('without a signature (alg none)', async () => {
    one.bend.token = (claims) => Promise.resolve(`${b64({ alg: 'none' })}.${b64(claims)}.`);
    const { client, state, nonce } = await begin();
    expect(await tried(() => land(client, 'one', { state, code: one.code({ nonce }) }))).toBe('PROVIDER_ERROR');
  });

  it.each([
    ['the issuer’s public key', async () => JSON.stringify(await (await fetch(`${one.url}/keys`)).json())],
    ['what everybody knows of the client', () => Promise.resolve('carrel')],
  ])('signed by HMAC with %s', async (_name, secretOf) => {
    const secret = await secretOf();
    one.bend.token = (claims) => {
      const signed = `${b64({ alg: 'HS256', kid: 'one' })}.${b64(claims)}`;
      return Promise.resolve(`${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`);
    };
    const { client, state, nonce } = await begin();
    expect(await tried(() => land(client, 'one', { state, code: one.code({ nonce }) }))).toBe('PROVIDER_ERROR');
  });

  it('whose subject is not the one that the userinfo endpoint speaks of', async () => {
    one.bend.claims = ({ email: _email, email_verified: _verified, ...claims }) => claims;
    const told = { email: 'told@example.org', email_verified: true };
    one.bend.userinfo = { ...told, sub: 'somebody-else' };
    const { client, state, nonce } = await begin();
    expect(await tried(() => land(client, 'one', { state, code: one.code({ nonce, sub: 'told' }) }))).toBe(
      'PROVIDER_ERROR',
    );
    one.bend.userinfo = { ...told, sub: 'told' };
    const again = await begin();
    const { isIn } = await land(again.client, 'one', {
      state: again.state,
      code: one.code({ nonce: again.nonce, sub: 'told' }),
    });
    expect(isIn).toBe(true);
  });

  it('signed with a key that is not the issuer’s', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    one.bend.token = (claims) => one.sign(claims, privateKey);
    const { client, state, nonce } = await begin();
    expect(await tried(() => land(client, 'one', { state, code: one.code({ nonce }) }))).toBe('PROVIDER_ERROR');
  });

  it('for an address that the issuer has not confirmed', async () => {
    for (const email_verified of [false, 'false', undefined, 1]) {
      one.bend.claims = (claims) => ({ ...claims, email_verified });
      const { client, state, nonce } = await begin();
      expect(await tried(() => land(client, 'one', { state, code: one.code({ nonce, sub: 'unsure' }) }))).toBe(
        'EMAIL_NOT_VERIFIED',
      );
    }
  });

  it('for an account here with the same address, where no admin allows that', async () => {
    const owner = await app.person('target');
    await app.carrel.database.db.updateTable('users').set({ email_verified: 1 }).where('id', '=', owner.id).execute();
    const { client, state, nonce } = await begin();
    expect(await tried(() => land(client, 'one', { state, code: one.code({ nonce, sub: 'target' }) }))).toBe(
      'EMAIL_EXISTS',
    );
  });
});

it.each([
  '//evil.example',
  '/\\evil.example',
  'https://evil.example/',
  '/\t/evil.example',
  '/.//evil.example',
  'javascript:alert(1)',
])('return_to leads nowhere else: %j', async (wanted) => {
  const { client, state, nonce } = await begin('one', app.stranger(), `?return_to=${encodeURIComponent(wanted)}`);
  const { at, isIn } = await land(client, 'one', { state, code: one.code({ nonce, sub: 'returning' }) });
  expect([at.href, isIn]).toEqual([`${site}/`, true]);
});

it('a provider that is switched off, or that nobody knows, is not gone to and not come back from', async () => {
  const { client, state, nonce } = await begin();
  await admin.patch('/api/admin/sign-in-providers/one', { enabled: false });
  try {
    expect((await app.stranger().get('/oauth/one/login')).status).toBe(404);
    expect((await app.stranger().get('/oauth/none/login')).status).toBe(404);
    expect(await tried(() => land(client, 'one', { state, code: one.code({ nonce }) }))).toBe('NOT_FOUND');
    expect((await app.stranger().get('/api/auth/providers')).body.oauth).toEqual([{ id: 'two', name: 'two' }]);
  } finally {
    await admin.patch('/api/admin/sign-in-providers/one', { enabled: true });
  }
});

describe('before there is an admin', () => {
  it('of 50 who come at once by a provider none becomes one, and of 50 at the setup page one does', async () => {
    const fresh = await createTestApp({
      env: { PUBLIC_URL: site, OAUTH_ISSUER: one.url, OAUTH_CLIENT_ID: 'carrel' },
    });
    try {
      const arrive = async (n: number) => {
        const client = fresh.stranger();
        const { headers } = await client.get('/oauth/oidc/login');
        const at = new URL(headers.get('location') ?? '');
        const [state, nonce] = [at.searchParams.get('state') ?? '', at.searchParams.get('nonce') ?? ''];
        const code = one.code({ nonce, sub: `first-${n}` });
        return client.get(`/oauth/oidc/callback?state=${state}&code=${code}`);
      };
      const early = await Promise.all(Array.from({ length: 25 }, (_, n) => arrive(n)));
      for (const { headers } of early) expect(headers.get('location')).toContain('refused=SETUP_REQUIRED');
      await Promise.all(
        Array.from({ length: 50 }, (_, n) =>
          n % 2 === 0
            ? arrive(n)
            : fresh
                .stranger()
                .post('/api/auth/setup', { email: `setup-${n}@example.org`, password: 'correct horse battery staple' }),
        ),
      );
      const { db } = fresh.carrel.database;
      expect(await db.selectFrom('users').select('role').where('role', '=', 'admin').execute()).toHaveLength(1);
    } finally {
      await fresh.close();
    }
  });
});

describe('the address of an issuer', () => {
  it.each([
    ['http://id.example.org', 400],
    ['https://user:pass@id.example.org', 400],
    ['ftp://id.example.org', 400],
    ['https://id.example.org/?x=1', 400],
    ['not an address', 400],
  ])('%s is refused when it is saved', async (issuer, status) => {
    const answer = await admin.post('/api/admin/sign-in-providers', { id: 'bad', name: 'Bad', issuer, client_id: 'x' });
    expect([answer.status, answer.body.code]).toEqual([status, 'VALIDATION_FAILED']);
  });

  it.each(['https://169.254.169.254', 'https://[::ffff:169.254.169.254]', 'https://[fe80::1]'])(
    '%s is never reached',
    async (issuer) => {
      const id = `meta-${Buffer.from(issuer).toString('hex').slice(-12)}`;
      await admin.post('/api/admin/sign-in-providers', { id, name: 'Meta', issuer, client_id: 'x' });
      const { body } = await admin.post(`/api/admin/sign-in-providers/${id}/test`);
      expect(body).toMatchObject({ ok: false, steps: [{ step: 'discovery', ok: false }] });
      expect(body.steps[0].message).toContain('reserved');
      expect((await app.stranger().get(`/oauth/${id}/login`)).body.code).toBe('URL_BLOCKED');
    },
  );

  it('where it names private places for tokens or keys, they are not asked', async () => {
    one.bend.metadata = { token_endpoint: two.url + '/token', jwks_uri: two.url + '/keys' };
    const { url } = one;
    await admin.post('/api/admin/sign-in-providers', { id: 'lured', name: 'Lured', issuer: url, client_id: 'carrel' });
    const asked = two.asked.length;
    const { client, state, nonce } = await begin('lured');
    expect(await tried(() => land(client, 'lured', { state, code: two.code({ nonce }) }))).toBe('URL_BLOCKED');
    expect(two.asked.length).toBe(asked);
  });

  it.each(['http://169.254.169.254/', 'two'])('that leads on to %s is not followed', async (to) => {
    one.bend.movedTo = to === 'two' ? `${two.url}/.well-known/openid-configuration` : to;
    const id = to === 'two' ? 'moved-two' : 'moved-meta';
    await admin.post('/api/admin/sign-in-providers', { id, name: 'Moved', issuer: one.url, client_id: 'carrel' });
    const { body } = await admin.post(`/api/admin/sign-in-providers/${id}/test`);
    expect(body).toMatchObject({ ok: false, steps: [{ step: 'discovery', ok: false }] });
    expect((await app.stranger().get(`/oauth/${id}/login`)).body.code).toBe('URL_BLOCKED');
    // Where it is not moved, all is well: so it was the way that was refused.
    one.straighten();
    expect((await admin.post(`/api/admin/sign-in-providers/${id}/test`)).body.ok).toBe(true);
  });

  it('of many tenants is not trusted for the addresses that it tells', async () => {
    const answer = await admin.post('/api/admin/sign-in-providers', {
      id: 'tenants',
      name: 'Any tenant',
      issuer: 'https://login.microsoftonline.com/common/v2.0',
      client_id: 'x',
      trust_email: true,
    });
    expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED', details: { fields: [{ path: 'trust_email' }] } });
  });
});

it('the secret of a client is shown to nobody, is encrypted, and a mask that is sent back changes nothing', async () => {
  const secret = 'a very secret client secret';
  const { body } = await admin.post('/api/admin/sign-in-providers', {
    id: 'sealed',
    name: 'Sealed',
    issuer: one.url,
    client_id: 'carrel',
    client_secret: secret,
  });
  expect(body.client_secret).toBe('a v…cret');
  const row = () =>
    app.carrel.database.db
      .selectFrom('sign_in_providers')
      .selectAll()
      .where('id', '=', 'sealed')
      .executeTakeFirstOrThrow();
  expect(JSON.stringify(await row())).not.toContain(secret);
  const patch = await admin.patch('/api/admin/sign-in-providers/sealed', {
    name: 'Renamed',
    client_secret: 'a v…cret',
  });
  expect(patch.body).toMatchObject({ name: 'Renamed', client_secret: 'a v…cret' });
  const elsewhere = await admin.patch('/api/admin/sign-in-providers/sealed', { issuer: two.url });
  expect([elsewhere.status, elsewhere.body.details]).toMatchObject([400, { fields: [{ path: 'client_secret' }] }]);
  expect((await admin.get('/api/admin/sign-in-providers')).body.items).toContainEqual(
    expect.objectContaining({ id: 'sealed', issuer: one.url, client_secret: 'a v…cret' }),
  );
  expect(
    (await admin.patch('/api/admin/sign-in-providers/sealed', { client_secret: null })).body.client_secret,
  ).toBeNull();
  const { items } = (await admin.get('/api/admin/audit?limit=50')).body;
  expect(JSON.stringify(items)).not.toContain(secret);
  expect(items.map(({ action }: { action: string }) => action)).toContain('sign_in_provider.created');
});
