import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import type { Answer, Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { minutes, seconds } from '../../lib/clock.ts';

const path = '/api/settings/auth';

/** The settings are open where the environment says nothing. */
const unsaid = { SIGNUP_MODE: '', HIBP_ENABLED: '' };

async function withApp(
  env: Record<string, string>,
  work: (app: TestApp, admin: Client) => Promise<void>,
): Promise<void> {
  const app = await createTestApp({ env: { ...unsaid, ...env } });
  try {
    await work(app, await app.person('root'));
  } finally {
    await app.close();
  }
}

const register = (app: TestApp, name: string, password = goodPassword): Promise<Answer> =>
  app.stranger().post('/api/auth/register', { email: `${name}@example.org`, password });

describe('where a setting comes from', () => {
  it('is the default, then what was stored, and null goes back', () =>
    withApp({}, async (_app, admin) => {
      const { body } = await admin.get(path);
      expect(body).toMatchObject({
        section: 'auth',
        settings: {
          signup_mode: { value: 'invite', source: 'default', editable: true, env: 'SIGNUP_MODE', fallback: 'invite' },
          password_min_length: { value: 15, source: 'default' },
          second_factor_roles: { value: [], source: 'default', env: 'SECOND_FACTOR_ROLES' },
          session_timeout_minutes: { value: 60 },
          session_absolute_days: { value: 30 },
          email_verification: { value: false },
          hibp_enabled: { value: true },
        },
      });
      const changed = await admin.patch(path, { signup_mode: 'open', session_timeout_minutes: 5 });
      expect([changed.status, changed.body.settings.signup_mode]).toEqual([
        200,
        { value: 'open', source: 'stored', editable: true, env: 'SIGNUP_MODE', fallback: 'invite' },
      ]);
      expect((await admin.get(path)).body).toEqual(changed.body);
      const back = await admin.patch(path, { signup_mode: null, password_policy: null });
      expect(back.body.settings.signup_mode).toMatchObject({ value: 'invite', source: 'default' });
      expect(back.body.settings.session_timeout_minutes).toMatchObject({ value: 5, source: 'stored' });
      expect((await admin.patch(path, {})).body).toEqual(back.body);
    }));

  it('is the environment before all, whose variable a refused change names, and nothing of that change is stored', () =>
    withApp({ ENABLE_SIGNUP: 'false', PASSWORD_MIN_LENGTH: '20' }, async (_app, admin) => {
      const { settings } = (await admin.get(path)).body;
      expect(settings.signup_mode).toMatchObject({
        value: 'closed',
        source: 'environment',
        editable: false,
        env: 'ENABLE_SIGNUP',
      });
      expect(settings.password_min_length).toMatchObject({ value: 20, env: 'PASSWORD_MIN_LENGTH' });
      for (const body of [{ session_timeout_minutes: 7, signup_mode: 'open' }, { signup_mode: null }]) {
        const refused = await admin.patch(path, body);
        expect([refused.status, refused.body.code]).toEqual([409, 'CONFLICT']);
        expect(refused.body.message).toContain('ENABLE_SIGNUP');
        expect(refused.body.details.fields).toMatchObject([{ path: 'signup_mode' }]);
      }
      expect((await admin.get(path)).body.settings).toEqual(settings);
    }));

  it('is what was stored before the environment where CONFIG_PREFER says so', () =>
    withApp({ CONFIG_PREFER: 'stored', SIGNUP_MODE: 'closed' }, async (app, admin) => {
      expect((await admin.get(path)).body.settings.signup_mode).toMatchObject({
        value: 'closed',
        source: 'environment',
        editable: true,
      });
      const stored = await admin.patch(path, { signup_mode: 'open' });
      expect(stored.body.settings.signup_mode).toMatchObject({ value: 'open', source: 'stored', fallback: 'closed' });
      expect((await register(app, 'ada')).status).toBe(201);
      await admin.patch(path, { signup_mode: null });
      expect((await register(app, 'eve')).body.code).toBe('SIGNUP_DISABLED');
    }));

  it('is the default for a stored value that this version cannot use', () =>
    withApp({}, async (app, admin) => {
      const { db } = app.carrel.database;
      for (const value of ['"by-letter"', 'not JSON']) {
        await admin.patch(path, { signup_mode: 'open' });
        await db.updateTable('settings').set({ value }).where('key', '=', 'auth.signup_mode').execute();
        expect((await admin.get(path)).body.settings.signup_mode).toMatchObject({ value: 'invite', source: 'default' });
      }
    }));
});

describe('who may see and change settings, and to what', () => {
  it('admins alone, by their session and not by a key', () =>
    withApp({ SIGNUP_MODE: 'open' }, async (app, admin) => {
      const member = await app.person('member');
      const key = (await admin.post('/api/auth/api-keys', { name: 'k' })).body.key as string;
      for (const method of ['GET', 'PATCH']) {
        const body = method === 'GET' ? undefined : { nonsense: true };
        expect((await app.stranger().call(method, path, body)).status).toBe(401);
        expect((await member.call(method, path, body)).body.code).toBe('ADMIN_REQUIRED');
        const byKey = await app.stranger().call(method, path, body, { headers: { 'x-api-key': key } });
        expect(byKey.body.code).toBe('SCOPE_REQUIRED');
      }
      expect((await admin.get('/api/settings/weather')).status).toBe(404);
      expect((await admin.patch('/api/settings/weather', {})).status).toBe(404);
    }));

  it('nothing that does not fit, and nothing unknown', () =>
    withApp({}, async (_app, admin) => {
      for (const [body, field] of [
        [{ signup_mode: 'sometimes' }, 'signup_mode'],
        [{ signup_mode: 'open', second_factor_roles: ['root'] }, 'second_factor_roles.0'],
        [{ second_factor_roles: ['admin', 'admin'] }, 'second_factor_roles'],
        [{ password_min_length: 7 }, 'password_min_length'],
        [{ password_min_length: 8.5 }, 'password_min_length'],
        [{ session_timeout_minutes: '5' }, 'session_timeout_minutes'],
        [{ session_absolute_days: -1 }, 'session_absolute_days'],
        [{ hibp_enabled: 1 }, 'hibp_enabled'],
        [{ wings: true }, 'wings'],
      ] as const) {
        const { status, body: answer } = await admin.patch(path, body);
        expect([status, answer.code, answer.details.fields[0].path]).toEqual([400, 'VALIDATION_FAILED', field]);
      }
      expect((await admin.get(path)).body.settings.signup_mode.source).toBe('default');
    }));

  it('and it is written down who changed what', () =>
    withApp({}, async (_app, admin) => {
      await admin.patch(path, { signup_mode: 'open', second_factor_roles: ['user'] });
      await admin.patch(path, { signup_mode: null });
      const { items } = (await admin.get('/api/admin/audit?action=settings.changed')).body;
      expect(items).toMatchObject([
        { actor: { id: admin.id }, target: { kind: 'settings', id: 'auth' }, detail: { signup_mode: null } },
        { detail: { signup_mode: 'open', second_factor_roles: ['user'] }, ip: '127.0.0.1' },
      ]);
    }));
});

describe('a changed setting holds at once', () => {
  it('for sign-up', () =>
    withApp({}, async (app, admin) => {
      const offered = async () => (await app.stranger().get('/api/auth/providers')).body.signup as string;
      const byConfig = async () => (await app.stranger().get('/api/config')).body.features.signup as boolean;
      expect([await offered(), await byConfig(), (await register(app, 'a')).status]).toEqual(['invite', false, 403]);
      await admin.patch(path, { signup_mode: 'approval' });
      expect([await offered(), await byConfig()]).toEqual(['approval', true]);
      expect((await register(app, 'a')).body.user.role).toBe('pending');
      await admin.patch(path, { signup_mode: 'open' });
      expect((await register(app, 'b')).body.user.role).toBe('user');
    }));

  it('for passwords', () =>
    withApp({ SIGNUP_MODE: 'open', HIBP_ENABLED: 'false' }, async (app, admin) => {
      await admin.patch(path, { password_min_length: 40, password_policy: 'composition' });
      expect((await app.stranger().get('/api/auth/providers')).body.password_rules).toEqual({
        min_length: 40,
        policy: 'composition',
      });
      const refused = await register(app, 'a');
      expect(refused.body.code).toBe('PASSWORD_REJECTED');
      expect(refused.body.details.fields).toHaveLength(3);
      await admin.patch(path, { password_min_length: 8, password_policy: null });
      expect((await register(app, 'a', 'qua8rtzk')).status).toBe(201);
    }));

  it('for the confirmation of addresses', () =>
    withApp({ SIGNUP_MODE: 'open' }, async (app, admin) => {
      expect((await register(app, 'before')).body.csrf_token).toBeDefined();
      await admin.patch(path, { email_verification: true });
      expect((await register(app, 'after')).body).toEqual({ user: expect.objectContaining({ role: 'user' }) });
      const login = { login: 'after@example.org', password: goodPassword };
      expect((await app.stranger().post('/api/auth/login', login)).body.code).toBe('EMAIL_NOT_VERIFIED');
      await admin.patch(path, { email_verification: null });
      expect((await app.stranger().post('/api/auth/login', login)).status).toBe(200);
    }));

  it('for how long API keys live', () =>
    withApp({}, async (_app, admin) => {
      await admin.patch(path, { api_key_expiry_days: 3 });
      expect((await admin.post('/api/auth/api-keys', { name: 'long', expires_in_days: 4 })).status).toBe(400);
      expect((await admin.post('/api/auth/api-keys', { name: 'short' })).body.expires_at).not.toBeNull();
    }));

  it('for sessions, also those that were begun under longer limits', async () => {
    let clock = Date.now();
    const app = await createTestApp({ overrides: { now: () => clock } });
    try {
      const admin = await app.person('root');
      const [idle, busy] = [await app.person('idle'), await app.person('busy')];
      clock += minutes(10);
      expect((await busy.get('/api/auth/session')).status).toBe(200);
      await admin.patch(path, { session_timeout_minutes: 5 });
      expect((await idle.get('/api/auth/session')).body.code).toBe('SESSION_EXPIRED');
      expect((await busy.get('/api/auth/session')).status).toBe(200);
      await admin.patch(path, { session_absolute_days: 1, session_timeout_minutes: 525_600 });
      clock += minutes(24 * 60);
      expect((await busy.get('/api/auth/session')).body.code).toBe('SESSION_EXPIRED');
    } finally {
      await app.close();
    }
  });
});

describeEachDatabase('settings of one instance in two processes', (database) => {
  let clock = Date.now();
  let one: TestApp;
  let two: TestApp;
  let admin: Client;
  beforeAll(async () => {
    const options = {
      env: { ...unsaid, DATABASE_URL: database().url },
      overrides: { now: () => clock },
    };
    [one, two] = [await createTestApp(options), await createTestApp(options)];
    admin = await one.person('root');
  });
  afterAll(() => Promise.all([one.close(), two.close()]));

  it('reach the other process within five seconds', async () => {
    expect((await register(two, 'early')).body.code).toBe('SIGNUP_DISABLED');
    await admin.patch(path, { signup_mode: 'open' });
    clock += seconds(5);
    expect((await register(two, 'late')).status).toBe(201);
  });

  it('are kept one by one, whoever changes them at the same time, and the log holds every change', async () => {
    const changes = [
      { password_min_length: 9 },
      { session_timeout_minutes: 11 },
      { session_absolute_days: 12 },
      { api_key_expiry_days: 13 },
      { password_min_length: 9 },
      { hibp_enabled: false },
    ];
    const answers = await Promise.all(changes.map((change) => admin.patch(path, change)));
    expect(answers.map(({ status }) => status)).toEqual(changes.map(() => 200));
    const { settings } = (await admin.get(path)).body;
    expect([settings.password_min_length, settings.hibp_enabled, settings.api_key_expiry_days]).toMatchObject([
      { value: 9, source: 'stored' },
      { value: false, source: 'stored' },
      { value: 13, source: 'stored' },
    ]);
    expect((await admin.get('/api/admin/audit/verify')).body.ok).toBe(true);
  });
});
