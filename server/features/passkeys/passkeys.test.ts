import { generateSync } from 'otplib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import { Authenticator, type Bend } from '../../../test/authenticator.ts';
import type { Answer, Client, Json } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { createMailbox } from '../notifications/outbox.fixture.ts';

const site = 'http://localhost:18080';

describeEachDatabase('passkeys', (database) => {
  let later = 0;
  let app: TestApp;
  let admin: Client;
  const mailbox = createMailbox();

  beforeAll(async () => {
    app = await createTestApp({
      env: { PUBLIC_URL: site, DATABASE_URL: database().url },
      overrides: { now: () => Date.now() + later, mail: mailbox.driver },
    });
    admin = await app.person('admin');
  });
  afterAll(() => app.close());
  beforeEach(() => admin.patch('/api/settings/auth', { second_factor_roles: null }));

  const proof = { password: goodPassword };
  const optionsFor = async (person: Client): Promise<Json> =>
    (await person.post('/api/auth/passkeys/options', proof)).body.options;

  async function withPasskey(name?: string): Promise<{ person: Client; key: Authenticator; id: string }> {
    const person = await app.person(name);
    const key = new Authenticator(site);
    const credential = key.create(await optionsFor(person));
    const { status, body } = await person.post('/api/auth/passkeys', { name: 'My key', credential });
    expect(status).toBe(201);
    return { person, key, id: body.id };
  }
  async function enter(key: Authenticator, bend?: Bend, client = app.stranger()): Promise<Answer> {
    const { options } = (await client.post('/api/auth/passkeys/login/options', {})).body;
    return client.post('/api/auth/passkeys/login', { credential: key.show(options, bend) });
  }
  const outcome = ({ status, body }: Answer): [number, string] => [status, body.code ?? body.user?.email];

  it('the sign-in page is told that there are some', async () => {
    expect((await app.stranger().get('/api/auth/providers')).body.passkey).toBe(true);
  });

  it('one is made, listed, renamed, signs in without a password, and its use is noted', async () => {
    const { person, key, id } = await withPasskey('ada');
    expect((await person.patch(`/api/auth/passkeys/${id}`, { name: 'Work laptop' })).body.name).toBe('Work laptop');
    const client = app.stranger();
    const signIn = await enter(key, {}, client);
    expect(outcome(signIn)).toEqual([200, 'ada@example.org']);
    expect((await client.get('/api/auth/session')).status).toBe(200);
    const { items } = (await person.get('/api/auth/passkeys')).body;
    expect(items).toMatchObject([
      { id, name: 'Work laptop', synced: false, last_used_at: expect.any(String) as string },
    ]);
    expect(Object.keys(items[0])).not.toContain('public_key');
  });

  it('making and removing one takes the password, and is told by mail', async () => {
    const { person, id } = await withPasskey('mailed');
    expect(outcome(await person.post('/api/auth/passkeys/options', {}))).toEqual([400, 'VALIDATION_FAILED']);
    expect(outcome(await person.post('/api/auth/passkeys/options', { password: 'a wrong password entirely' }))).toEqual(
      [401, 'INVALID_CREDENTIALS'],
    );
    const remove = (body: object) => person.call('DELETE', `/api/auth/passkeys/${id}`, body);
    expect(outcome(await remove({}))).toEqual([400, 'VALIDATION_FAILED']);
    expect(outcome(await remove({ password: 'a wrong password entirely' }))).toEqual([401, 'INVALID_CREDENTIALS']);
    expect((await remove(proof)).status).toBe(204);
    expect((await person.get('/api/auth/passkeys')).body.items).toEqual([]);
    const { items } = (await admin.get('/api/admin/audit?limit=50')).body;
    const actions = items.filter((entry: Json) => entry.target?.id === person.id).map((entry: Json) => entry.action);
    expect(actions).toEqual(expect.arrayContaining(['passkey.added', 'passkey.removed']));
  });

  describe('a new one is refused', () => {
    it.each<[string, Bend]>([
      ['for another site', { origin: 'https://evil.example' }],
      ['for another name', { rpId: 'evil.example' }],
      ['that was not unlocked by its person', { unverified: true }],
      ['out of a sign-in', { type: 'webauthn.get' }],
      ['for a challenge that nobody gave', { challenge: 'bm90LWdpdmVu' }],
    ])('%s', async (_name, bend) => {
      const person = await app.person();
      const credential = new Authenticator(site).create(await optionsFor(person), bend);
      const answer = await person.post('/api/auth/passkeys', { name: 'x', credential });
      expect(outcome(answer)).toEqual([400, 'VALIDATION_FAILED']);
      expect((await person.get('/api/auth/passkeys')).body.items).toEqual([]);
    });

    it('with a challenge that was made for somebody else, was used, or is older than five minutes', async () => {
      const [person, other] = [await app.person(), await app.person()];
      const options = await optionsFor(person);
      const add = async (client: Client, key = new Authenticator(site)) =>
        (await client.post('/api/auth/passkeys', { name: 'x', credential: key.create(options) })).status;
      expect(await add(other)).toBe(400);
      expect(await add(person)).toBe(201);
      expect(await add(person)).toBe(400);
      const late = await optionsFor(person);
      later += 5 * 60_000;
      const credential = new Authenticator(site).create(late);
      expect((await person.post('/api/auth/passkeys', { name: 'x', credential })).status).toBe(400);
    });

    it('that somebody has already', async () => {
      const { key } = await withPasskey();
      const other = await app.person();
      const credential = key.create(await optionsFor(other));
      expect(outcome(await other.post('/api/auth/passkeys', { name: 'x', credential }))).toEqual([409, 'CONFLICT']);
    });
  });

  describe('a sign-in is refused', () => {
    it.each<[string, Bend]>([
      ['from another site', { origin: 'https://evil.example' }],
      ['for another name', { rpId: 'evil.example' }],
      ['that was not unlocked by its person', { unverified: true }],
      ['out of a registration', { type: 'webauthn.create' }],
      ['for a challenge that nobody gave', { challenge: 'bm90LWdpdmVu' }],
      ['for another person', { userHandle: Buffer.from('somebody').toString('base64url') }],
    ])('%s', async (_name, bend) => {
      const { key } = await withPasskey();
      expect(outcome(await enter(key, bend))).toEqual([401, 'INVALID_CREDENTIALS']);
    });

    it('of a key that nobody has here, as of one whose signature is wrong', async () => {
      const { key } = await withPasskey();
      const answers = [await enter(new Authenticator(site)), await enter(key, { challenge: 'eA' })];
      const [unknown, wrong] = answers.map(({ status, body }) => ({ status, body: { ...body, request_id: null } }));
      expect(unknown).toEqual(wrong);
    });

    it('with a challenge that was used, or that is another program’s, or older than five minutes', async () => {
      const { key } = await withPasskey();
      const client = app.stranger();
      const ask = async () => (await client.post('/api/auth/passkeys/login/options', {})).body.options;
      const credential = key.show(await ask());
      const send = (body: object, headers = {}) => client.post('/api/auth/passkeys/login', body, { headers });
      expect((await send({ credential }, { 'user-agent': 'another program' })).status).toBe(401);
      expect((await send({ credential })).status).toBe(200);
      expect((await send({ credential })).status).toBe(401);
      const late = key.show(await ask());
      later += 5 * 60_000;
      expect((await send({ credential: late })).status).toBe(401);
    });

    it('20 times at once with one challenge but once', async () => {
      const { key } = await withPasskey();
      const client = app.stranger();
      const { options } = (await client.post('/api/auth/passkeys/login/options', {})).body;
      const credential = key.show(options);
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => app.stranger().post('/api/auth/passkeys/login', { credential })),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    });

    it('when its counter went back, which is written down', async () => {
      const { person, key, id } = await withPasskey();
      expect((await enter(key, { counter: 7 })).status).toBe(200);
      expect(outcome(await enter(key, { counter: 7 }))).toEqual([401, 'INVALID_CREDENTIALS']);
      expect(outcome(await enter(key, { counter: 3 }))).toEqual([401, 'INVALID_CREDENTIALS']);
      expect((await enter(key, { counter: 8 })).status).toBe(200);
      await app.carrel.services.audit.drained();
      const { items } = (await admin.get('/api/admin/audit?limit=50')).body;
      const seen = items.filter((entry: Json) => entry.action === 'passkey.counter_went_back');
      expect(seen).toHaveLength(2);
      expect(seen[0]).toMatchObject({ target: { id: person.id }, detail: { passkey: id } });
    });

    it('of who is switched off, and once it was removed', async () => {
      const { person, key, id } = await withPasskey();
      await admin.patch(`/api/admin/users/${person.id}`, { is_active: false });
      expect(outcome(await enter(key))).toEqual([403, 'USER_INACTIVE']);
      await admin.patch(`/api/admin/users/${person.id}`, { is_active: true });
      const { body } = await person.post('/api/auth/login', { login: person.user?.email, password: goodPassword });
      await person.signedIn(body).call('DELETE', `/api/auth/passkeys/${id}`, proof);
      expect(outcome(await enter(key))).toEqual([401, 'INVALID_CREDENTIALS']);
    });
  });

  describe('and the second factor', () => {
    async function withBoth() {
      const made = await withPasskey();
      const { secret } = (await made.person.post('/api/auth/totp/enroll')).body;
      await made.person.post('/api/auth/totp/confirm', {
        code: generateSync({ secret, epoch: (Date.now() + later) / 1_000 }),
      });
      return made;
    }
    const byPassword = (client: Client, person: Client) =>
      client.post('/api/auth/login', { login: person.user?.email, password: goodPassword });

    it('a passkey is two factors at once: no code is asked for after it', async () => {
      const { person, key } = await withBoth();
      expect(outcome(await enter(key))).toEqual([200, person.user?.email]);
    });

    it('a passkey can be the second step after the password, once', async () => {
      const { person, key } = await withBoth();
      const client = app.stranger();
      const { challenge } = (await byPassword(client, person)).body.details;
      const { options } = (await client.post('/api/auth/passkeys/login/options', { challenge })).body;
      expect(options.allowCredentials).toMatchObject([{ id: key.id }]);
      const body = { credential: key.show(options), challenge };
      expect(outcome(await client.post('/api/auth/passkeys/login', body))).toEqual([200, person.user?.email]);
      expect((await client.post('/api/auth/passkeys/login', body)).status).toBe(401);
    });

    it('somebody else’s passkey is no second step, and ten wrong ones lock it', async () => {
      const [{ person }, { key: other }] = [await withBoth(), await withPasskey()];
      const client = app.stranger();
      const { challenge } = (await byPassword(client, person)).body.details;
      const tries: string[] = [];
      for (let n = 0; n < 11; n += 1) {
        const { options } = (await client.post('/api/auth/passkeys/login/options', { challenge })).body;
        tries.push(
          (await client.post('/api/auth/passkeys/login', { credential: other.show(options), challenge })).body.code,
        );
      }
      expect(tries).toEqual([...Array<string>(10).fill('TOTP_INVALID'), 'ACCOUNT_LOCKED']);
    });

    it('where the role needs one, a passkey is enough, and the password alone is not', async () => {
      const { person, key } = await withPasskey();
      const lone = await app.person();
      await admin.patch('/api/settings/auth', { second_factor_roles: ['user'] });
      expect((await person.get('/api/conversations')).status).toBe(200);
      expect((await lone.get('/api/conversations')).status).toBe(403);
      expect(outcome(await byPassword(app.stranger(), person))).toEqual([401, 'TOTP_REQUIRED']);
      const signIn = await enter(key);
      expect(signIn.body.second_factor_required).toBeUndefined();
    });

    it('where the role needs one, the only passkey stays', async () => {
      const { person, id } = await withPasskey();
      await admin.patch('/api/settings/auth', { second_factor_roles: ['user'] });
      const kept = await person.call('DELETE', `/api/auth/passkeys/${id}`, proof);
      expect(outcome(kept)).toEqual([403, 'FORBIDDEN']);
      expect((await person.get('/api/auth/passkeys')).body.items).toHaveLength(1);
    });

    it('an admin who takes the factor away takes the passkeys too, and ends the sessions', async () => {
      const { person, key } = await withPasskey();
      expect((await admin.delete(`/api/admin/users/${person.id}/totp`)).status).toBe(204);
      expect(outcome(await enter(key))).toEqual([401, 'INVALID_CREDENTIALS']);
      expect((await person.get('/api/auth/session')).status).toBe(401);
    });
  });

  it('the only way in of somebody without a password stays, also when two are removed at once', async () => {
    const { person, id } = await withPasskey();
    const second = await person.post('/api/auth/passkeys', {
      name: 'second',
      credential: new Authenticator(site).create(await optionsFor(person)),
    });
    const { db } = app.carrel.database;
    await db.updateTable('users').set({ password_hash: null }).where('id', '=', person.id).execute();
    const answers = await Promise.all(
      [id, second.body.id].map((each) => person.call('DELETE', `/api/auth/passkeys/${each}`, {})),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 409]);
    expect((await person.get('/api/auth/passkeys')).body.items).toHaveLength(1);
  });
});

describe('an address without a name', () => {
  it('has no passkeys, and says why', async () => {
    const app = await createTestApp({ env: { PUBLIC_URL: 'http://192.0.2.7:8080' } });
    try {
      const person = await app.person();
      expect((await app.stranger().get('/api/auth/providers')).body.passkey).toBe(false);
      const { status, body } = await person.post('/api/auth/passkeys/options', { password: goodPassword });
      expect([status, body.code]).toEqual([409, 'CONFLICT']);
    } finally {
      await app.close();
    }
  });
});
