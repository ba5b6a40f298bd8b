import { generateSync } from 'otplib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { minutes } from '../../lib/clock.ts';
import { createMailbox } from '../notifications/outbox.fixture.ts';

describeEachDatabase('a second factor that a role needs', (database) => {
  const mailbox = createMailbox();
  let clock = Date.now();
  let app: TestApp;
  let admin: Client;

  const codeOf = (key: string): string => generateSync({ secret: key, epoch: Math.floor(clock / 1_000) });
  async function enrol(person: Client): Promise<string> {
    const { body } = await person.post('/api/auth/totp/enroll');
    const { status } = await person.post('/api/auth/totp/confirm', { code: codeOf(body.secret) });
    if (status !== 200) throw new Error(`confirm: ${status}`);
    clock += minutes(2);
    return body.secret as string;
  }
  const require = async (roles: string[]): Promise<void> => {
    expect((await admin.patch('/api/settings/auth', { second_factor_roles: roles })).status).toBe(200);
  };
  const auditOf = async (action: string) => (await admin.get(`/api/admin/audit?action=${action}`)).body.items;
  const login = (name: string) =>
    app.stranger().post('/api/auth/login', { login: `${name}@example.org`, password: goodPassword });

  beforeAll(async () => {
    app = await createTestApp({
      env: { DATABASE_URL: database().url },
      overrides: { mail: mailbox.driver, now: () => clock },
    });
    admin = await app.person('root');
    await enrol(admin);
  });
  afterAll(() => app.close());

  it('leaves who has none nothing but to set one up, with every credential, and then all is as before', async () => {
    const person = await app.person('ada');
    const key = (await person.post('/api/auth/api-keys', { name: 'k' })).body.key as string;
    const byKey = () => app.stranger().get('/api/conversations', { headers: { 'x-api-key': key } });
    const bearer = { headers: { authorization: `Bearer ${person.accessToken}` } };
    expect([(await person.get('/api/conversations')).status, (await byKey()).status]).toEqual([200, 200]);

    await require(['user']);
    for (const refused of [
      await person.get('/api/conversations'),
      await app.stranger().get('/api/conversations', bearer),
      await byKey(),
      await person.post('/api/chat/message', { content: 'Hello' }),
      await person.get('/api/admin/users'),
      await person.post('/api/auth/api-keys', { name: 'another' }),
    ]) {
      expect([refused.status, refused.body.code]).toEqual([403, 'FORBIDDEN']);
      expect(refused.body.details.suggestion).toMatch(/authenticator app/);
    }
    const verified = await app.stranger().post('/api/auth/verify', { api_key: key });
    expect(verified.body).toEqual({ valid: false });
    expect((await person.get('/api/auth/session')).body).toMatchObject({
      user: { role: 'user', totp_enabled: false },
      second_factor_required: true,
    });
    expect((await login('ada')).body).toMatchObject({ second_factor_required: true });

    await enrol(person);
    expect((await person.get('/api/auth/session')).body).not.toHaveProperty('second_factor_required');
    expect([(await person.get('/api/conversations')).status, (await byKey()).status]).toEqual([200, 200]);
    expect((await app.stranger().get('/api/conversations', bearer)).status).toBe(200);
    await require([]);
  });

  it('is asked of the named roles alone', async () => {
    const other = await app.person('bob');
    await require(['admin']);
    expect((await other.get('/api/conversations')).status).toBe(200);
    const second = await app.person('second');
    await admin.patch(`/api/admin/users/${second.id}`, { role: 'admin' });
    expect((await second.get('/api/admin/users')).body.code).toBe('FORBIDDEN');
    expect((await admin.get('/api/admin/users')).status).toBe(200);
    await require([]);
    expect((await second.get('/api/admin/users')).status).toBe(200);
    await admin.delete(`/api/admin/users/${second.id}`);
  });

  it('cannot be switched off, not even with the right code', async () => {
    const person = await app.person('cara');
    const key = await enrol(person);
    await require(['user']);
    for (const proof of [{ password: goodPassword }, { code: codeOf(key) }])
      expect((await person.call('DELETE', '/api/auth/totp', proof)).body.code).toBe('FORBIDDEN');
    expect((await person.post('/api/auth/totp/backup-codes', { password: goodPassword })).status).toBe(200);
    await require([]);
    expect((await person.call('DELETE', '/api/auth/totp', { password: goodPassword })).status).toBe(204);
  });

  it('allows passwords of eight characters, unless a length was asked for', async () => {
    const short = { email: 'dora@example.org', password: 'qua8rtzk' };
    expect((await app.stranger().post('/api/auth/register', short)).body.code).toBe('PASSWORD_REJECTED');
    await require(['user']);
    expect((await app.stranger().get('/api/auth/providers')).body.password_rules.min_length).toBe(8);
    expect((await app.stranger().post('/api/auth/register', short)).status).toBe(201);
    await admin.patch('/api/settings/auth', { password_min_length: 15 });
    expect((await app.stranger().get('/api/auth/providers')).body.password_rules.min_length).toBe(15);
    await admin.patch('/api/settings/auth', { password_min_length: null });
    await require([]);
  });

  it('is taken away by an admin from who lost it: they are signed out, told, and the log knows it', async () => {
    const person = await app.person('emil');
    await enrol(person);
    const asked = await login('emil');
    expect(asked.body.code).toBe('TOTP_REQUIRED');
    const path = `/api/admin/users/${person.id}/totp`;
    expect((await person.call('DELETE', path)).body.code).toBe('ADMIN_REQUIRED');
    expect((await admin.delete(path)).status).toBe(204);
    expect((await admin.delete(path)).status).toBe(204);
    expect((await person.get('/api/auth/session')).status).toBe(401);
    const late = { challenge: asked.body.details.challenge, code: '000000' };
    expect((await app.stranger().post('/api/auth/login/totp', late)).body.code).toBe('SESSION_EXPIRED');
    expect((await login('emil')).body.user.totp_enabled).toBe(false);
    await mailbox.next(/admin took your second factor away/, 'emil@example.org');
    expect(await auditOf('factor.reset')).toMatchObject([{ actor: { id: admin.id }, target: { id: person.id } }]);
    const { db } = database();
    for (const table of ['second_factors', 'backup_codes'] as const)
      expect(await db.selectFrom(table).select('user_id').where('user_id', '=', person.id).execute()).toEqual([]);
  });

  it('is not taken away from oneself so, nor from nobody', async () => {
    expect((await admin.delete(`/api/admin/users/${admin.id}/totp`)).body.code).toBe('FORBIDDEN');
    expect((await admin.get('/api/auth/totp')).body.enabled).toBe(true);
    expect((await admin.delete('/api/admin/users/018f0000-0000-7000-8000-000000000000/totp')).status).toBe(404);
  });

  it('has its whole story in the log', async () => {
    const person = await app.person('fred');
    const key = await enrol(person);
    const { body } = await person.post('/api/auth/totp/backup-codes', { password: goodPassword });
    await person.post('/api/auth/totp/backup-codes', { code: body.backup_codes[0] });
    for (let n = 0; n < 11; n += 1) await person.call('DELETE', '/api/auth/totp', { code: 'AAAAA-AAAAA' });
    clock += minutes(16);
    await app.stranger().post('/api/auth/login/totp', {
      challenge: (await login('fred')).body.details.challenge,
      code: 'AAAAA-AAAAA',
    });
    expect((await person.call('DELETE', '/api/auth/totp', { code: codeOf(key) })).status).toBe(204);
    await app.carrel.services.audit.drained();
    const { items } = (await admin.get(`/api/admin/audit?actor=${person.id}`)).body;
    const actions = (items as { action: string }[])
      .map(({ action }) => action)
      .filter((name) => name.startsWith('factor'));
    expect(actions.toReversed()).toEqual([
      'factor.enrolled',
      'factor.backup_codes_made',
      'factor.backup_code_used',
      'factor.backup_codes_made',
      'factor.locked',
      'factor.removed',
    ]);
    expect(await auditOf('sign_in.failed')).toContainEqual(
      expect.objectContaining({
        target: expect.objectContaining({ id: person.id }),
        detail: { code: 'TOTP_INVALID' },
      }),
    );
  });

  it('is followed in the log by what happens to passwords and addresses', async () => {
    const person = await app.person('gita');
    const email = 'gita@example.org';
    for (const asked of [email, 'nobody@example.org'])
      await app.stranger().post('/api/auth/password/forgot', { email: asked });
    const { token } = mailbox.linkIn(await mailbox.next(/Set a new password/, email));
    const password = 'seven herons walk at dusk';
    expect((await app.stranger().post('/api/auth/password/reset', { token, password })).status).toBe(204);
    await app.carrel.services.audit.drained();
    const asked = await auditOf('password.reset_asked');
    expect(asked.map(({ target }: { target: { id: string } | null }) => target?.id ?? null)).toEqual([null, person.id]);
    expect(JSON.stringify(asked)).not.toContain('nobody@example.org');
    expect(await auditOf('password.reset')).toMatchObject([{ target: { id: person.id }, ip: '127.0.0.1' }]);

    await admin.patch('/api/settings/auth', { email_verification: true });
    const fresh = { email: 'hugo@example.org', password: goodPassword };
    const { body } = await app.stranger().post('/api/auth/register', fresh);
    const mail = await mailbox.next(/Confirm your e-mail address/, fresh.email);
    expect((await app.stranger().post('/api/auth/email/verify', { token: mailbox.linkIn(mail).token })).status).toBe(
      204,
    );
    await app.carrel.services.audit.drained();
    expect(await auditOf('email.verified')).toMatchObject([{ target: { id: body.user.id } }]);
    await admin.patch('/api/settings/auth', { email_verification: null });
  });
});

it('is asked of nobody where nobody signs in', async () => {
  const app = await createTestApp({ env: { WEBUI_AUTH: 'false', SECOND_FACTOR_ROLES: 'admin,user' } });
  try {
    expect((await app.stranger().get('/api/conversations')).status).toBe(200);
  } finally {
    await app.close();
  }
});

it('can be asked for by the environment from the first account on', async () => {
  const app = await createTestApp({ env: { SECOND_FACTOR_ROLES: 'admin' } });
  try {
    const admin = await app.person('root');
    expect((await admin.get('/api/admin/users')).body.code).toBe('FORBIDDEN');
    expect((await admin.get('/api/settings/auth')).body.code).toBe('FORBIDDEN');
    expect((await admin.post('/api/auth/totp/enroll')).status).toBe(200);
  } finally {
    await app.close();
  }
});
