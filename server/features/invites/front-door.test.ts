import { expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { days } from '../../lib/clock.ts';

const path = '/api/admin/invites';

async function withApp(
  env: Record<string, string>,
  work: (app: TestApp, admin: Client, clock: { ahead: number }) => Promise<void>,
): Promise<void> {
  const clock = { ahead: 0 };
  const app = await createTestApp({
    env: { SIGNUP_MODE: 'invite', ...env },
    overrides: { now: () => Date.now() + clock.ahead },
  });
  try {
    await work(app, await app.person('admin'), clock);
  } finally {
    await app.close();
  }
}

const register = (app: TestApp, name: string, invite_code?: string) =>
  app.stranger().post('/api/auth/register', {
    email: `${name}@example.org`,
    password: goodPassword,
    ...(invite_code !== undefined && { invite_code }),
  });

describeEachDatabase('one invite', (database) => {
  it('lets exactly as many in as it says, of 50 at once', async () => {
    await withApp({ DATABASE_URL: database().url }, async (app, admin) => {
      const { code } = (await admin.post(path, { max_uses: 1 })).body;
      const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => register(app, `guest${n}`, code)));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(answers.filter(({ body }) => body.code === 'INVALID_INVITE')).toHaveLength(49);
      expect((await admin.get('/api/admin/users')).body.items).toHaveLength(2);
      expect((await admin.get(path)).body.items).toMatchObject([{ uses: 1, max_uses: 1, state: 'used' }]);
    });
  });
});

it('opens the door for whom, for how long and to what it says', () =>
  withApp({}, async (app, admin, clock) => {
    expect((await register(app, 'a')).body.code).toBe('SIGNUP_DISABLED');
    for (const wrong of ['x', "' or 1=1 --", 'A'.repeat(22)])
      expect((await register(app, 'a', wrong)).body.code).toBe('INVALID_INVITE');
    const made = await admin.post(path, { email: 'Ada@Example.org', role: 'admin', expires_in_days: 2 });
    expect(made.status).toBe(201);
    const { code, url, id } = made.body;
    expect(url).toBe(new URL(`/register?invite=${code}`, app.config.publicUrl).href);
    expect((await register(app, 'mallory', code)).body.code).toBe('INVALID_INVITE');
    const ada = await register(app, 'ada', code);
    expect([ada.status, ada.body.user.role]).toEqual([201, 'admin']);
    expect((await register(app, 'ada', code)).body.code).toBe('INVALID_INVITE');
    const used = (await admin.get('/api/admin/audit?action=invite.used')).body.items;
    expect(used).toMatchObject([{ actor: { id: ada.body.user.id }, target: { kind: 'invite', id } }]);

    const late = (await admin.post(path, { expires_in_days: 2 })).body;
    const lasting = (await admin.post(path, { expires_in_days: null, max_uses: 2 })).body;
    clock.ahead = days(2);
    expect((await register(app, 'b', late.code)).body.code).toBe('INVALID_INVITE');
    expect((await register(app, 'b', lasting.code)).status).toBe(201);
    const fresh = app.stranger();
    fresh.signedIn((await fresh.post('/api/auth/login', { login: 'admin@example.org', password: goodPassword })).body);
    expect((await fresh.delete(`${path}/${lasting.id}`)).status).toBe(204);
    expect((await fresh.delete(`${path}/${lasting.id}`)).status).toBe(204);
    expect((await register(app, 'c', lasting.code)).body.code).toBe('INVALID_INVITE');
  }));

it('an account that cannot be made takes no use', () =>
  withApp({}, async (app, admin) => {
    const { code } = (await admin.post(path)).body;
    expect((await register(app, 'admin', code)).body.code).toBe('EMAIL_EXISTS');
    expect((await admin.get(path)).body.items[0].uses).toBe(0);
    expect((await register(app, 'new', code)).status).toBe(201);
  }));

it('goes past approval, and not past a closed door', async () => {
  await withApp({ SIGNUP_MODE: 'approval' }, async (app, admin) => {
    const { code } = (await admin.post(path)).body;
    expect((await register(app, 'a', code)).body.user.role).toBe('user');
    expect((await register(app, 'b')).body.user.role).toBe('pending');
  });
  await withApp({ SIGNUP_MODE: 'closed' }, async (app, admin) => {
    const { code } = (await admin.post(path)).body;
    expect((await register(app, 'a', code)).body.code).toBe('SIGNUP_DISABLED');
  });
});

it('its code is shown once and stored nowhere; members see nothing of it', () =>
  withApp({}, async (app, admin) => {
    const { code, id } = (await admin.post(path)).body;
    expect(JSON.stringify((await admin.get(path)).body)).not.toContain(code);
    const { db } = app.carrel.database;
    const stored = [
      await db.selectFrom('invites').selectAll().execute(),
      await db.selectFrom('audit_log').selectAll().execute(),
    ];
    expect(JSON.stringify(stored)).not.toContain(code);
    const member = app.stranger();
    member.signedIn(
      (await member.post('/api/auth/register', { email: 'm@example.org', password: goodPassword, invite_code: code }))
        .body,
    );
    for (const [method, url] of [
      ['GET', path],
      ['POST', path],
      ['DELETE', `${path}/${id}`],
    ] as const)
      expect((await member.call(method, url, method === 'GET' ? undefined : { x: 1 })).body.code).toBe(
        'ADMIN_REQUIRED',
      );
    for (const bad of [
      { max_uses: 0 },
      { max_uses: 1.5 },
      { role: 'pending' },
      { expires_in_days: 0 },
      { code: 'mine' },
    ])
      expect((await admin.post(path, bad)).status).toBe(400);
  }));
