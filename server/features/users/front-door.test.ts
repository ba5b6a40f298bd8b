import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { createDiskStore } from '../../platform/storage/drivers/disk.ts';
import { createFakeLlm, type FakeLlm } from '../../../test/fake-llm/server.ts';

const path = '/api/admin/users';
const nobody = '018f0000-0000-7000-8000-000000000000';

describe('people, as an admin looks after them', () => {
  let app: TestApp;
  let fake: FakeLlm;
  let admin: Client;
  beforeAll(async () => {
    fake = await createFakeLlm();
    app = await createTestApp({ env: { OPENAI_BASE_URL: `${fake.url}/v1`, OPENAI_API_KEY: 'sk-test' } });
    admin = await app.person('admin');
  });
  afterAll(async () => {
    await app.close();
    await fake.close();
  });

  it('are found by text, role and state, in pages', async () => {
    const ada = await app.person('Ada%Lovelace'.replace('%', '_'));
    await app.person('adaXlovelace');
    const find = async (query: string) =>
      (await admin.get(`${path}?${query}`)).body.items.map(({ id }: { id: string }) => id) as string[];
    expect(await find('q=ADA_LOVE')).toEqual([ada.id]);
    expect(await find("q=' or 1=1 --")).toEqual([]);
    expect(await find('role=admin')).toEqual([admin.id]);
    expect(await find('is_active=false')).toEqual([]);
    const all = await find('limit=200');
    const first = (await admin.get(`${path}?limit=1`)).body;
    expect([
      ...first.items,
      ...(await admin.get(`${path}?limit=200&cursor=${first.next_cursor}`)).body.items,
    ]).toHaveLength(all.length);
    for (const bad of ['role=root', 'is_active=1', "cursor=x'"])
      expect((await admin.get(`${path}?${bad}`)).status).toBe(400);
  });

  it('are made with a password that fits, and can sign in', async () => {
    const body = { email: 'Made@example.org', password: goodPassword, name: 'Made', role: 'admin' };
    const made = await admin.post(path, body);
    expect([made.status, made.body.role, made.body.email]).toEqual([201, 'admin', 'made@example.org']);
    expect((await admin.post(path, body)).body.code).toBe('EMAIL_EXISTS');
    expect((await admin.post(path, { ...body, email: 'b@example.org', password: 'short' })).body.code).toBe(
      'PASSWORD_REJECTED',
    );
    expect(
      (await app.stranger().post('/api/auth/login', { login: 'made@example.org', password: goodPassword })).status,
    ).toBe(200);
    expect((await admin.delete(`${path}/${made.body.id}`)).status).toBe(204);
  });

  it('change no more than what may be changed', async () => {
    const person = await app.person();
    const before = (await admin.get(`${path}/${person.id}`)).body;
    for (const body of [
      { id: nobody },
      { email: 'x@example.org' },
      { created_at: 0 },
      { password_hash: 'x' },
      { quota: 1 },
    ])
      expect((await admin.patch(`${path}/${person.id}`, body)).status).toBe(400);
    expect((await admin.get(`${path}/${person.id}`)).body).toEqual(before);
    expect((await admin.patch(`${path}/${person.id}`, { name: 'New' })).body).toMatchObject({ ...before, name: 'New' });
    for (const method of ['GET', 'PATCH'])
      expect((await admin.call(method, `${path}/${nobody}`, method === 'GET' ? undefined : {})).status).toBe(404);
  });

  it('who is switched off is out at once: sessions, tokens, keys, and the answer that is being written', async () => {
    const person = await app.person();
    const key = (await person.post('/api/auth/api-keys', { name: 'k' })).body.key as string;
    const bearer = { headers: { authorization: `Bearer ${person.accessToken}` } };
    fake.script({ text: ['One ', 'two'], hold: { after: 1, until: new Promise(() => undefined) } });
    const stream = await person.openStream('POST', '/api/chat/stream', { content: 'Write for ever' });
    expect((await admin.patch(`${path}/${person.id}`, { is_active: false })).body.is_active).toBe(false);
    fake.script({});
    expect(await stream.text()).not.toContain('event: done');
    const { db } = app.carrel.database;
    const runs = await db.selectFrom('generations').select('status').where('user_id', '=', person.id).execute();
    expect(runs).toEqual([{ status: 'stopped' }]);
    expect((await person.get('/api/conversations')).status).toBe(401);
    expect((await app.stranger().get('/api/conversations', bearer)).status).toBe(401);
    expect((await app.stranger().get('/api/conversations', { headers: { 'x-api-key': key } })).body.code).toBe(
      'USER_INACTIVE',
    );
    const login = { login: person.user?.email, password: goodPassword };
    expect((await app.stranger().post('/api/auth/login', login)).body.code).toBe('USER_INACTIVE');
    await admin.patch(`${path}/${person.id}`, { is_active: true });
    expect((await app.stranger().post('/api/auth/login', login)).status).toBe(200);
  });

  it('who is no admin any more is none at once', async () => {
    const second = await app.person();
    await admin.patch(`${path}/${second.id}`, { role: 'admin' });
    expect((await second.get(path)).status).toBe(200);
    await admin.patch(`${path}/${second.id}`, { role: 'user' });
    expect((await second.get(path)).status).toBe(401);
    expect((await admin.get(`/api/admin/audit?action=user.role_changed&limit=1`)).body.items).toMatchObject([
      { actor: { id: admin.id }, target: { id: second.id }, detail: { from: 'admin', to: 'user' }, ip: '127.0.0.1' },
    ]);
  });

  it('deleting takes everything, also the bytes, and is quiet the second time', async () => {
    const person = await app.person('leaver');
    await person.uploadAndWait('note.txt', 'A note about lamps.');
    await person.chat({ content: 'A question' });
    await person.post('/api/auth/api-keys', { name: 'k' });
    expect((await admin.delete(`${path}/${person.id}`)).status).toBe(204);
    expect((await admin.delete(`${path}/${person.id}`)).status).toBe(204);
    expect((await admin.get(`${path}/${person.id}`)).status).toBe(404);
    const { db } = app.carrel.database;
    for (const table of ['conversations', 'files', 'sessions', 'api_keys', 'passages', 'generations'] as const)
      expect([table, await db.selectFrom(table).select('id').where('user_id', '=', person.id).execute()]).toEqual([
        table,
        [],
      ]);
    await expect
      .poll(() => db.selectFrom('jobs').select('status').where('kind', '=', 'users.purge').execute(), {
        timeout: 10_000,
      })
      .not.toContainEqual(expect.objectContaining({ status: expect.stringMatching(/queued|running/) }));
    const files = await createDiskStore({ root: join(app.config.dataDir, 'files') });
    const left: string[] = [];
    for await (const name of files.list(`${person.id}/`)) left.push(name);
    expect(left).toEqual([]);
    expect(
      (await app.stranger().post('/api/auth/login', { login: 'leaver@example.org', password: goodPassword })).status,
    ).toBe(401);
    expect((await admin.get('/api/admin/audit?action=user.deleted&limit=1')).body.items).toMatchObject([
      { target: { id: person.id, name: 'leaver@example.org' } },
    ]);
  });

  it('members are refused before their body is looked at; so are an admin’s keys', async () => {
    const person = await app.person();
    const key = (await admin.post('/api/auth/api-keys', { name: 'k' })).body.key as string;
    for (const [method, url] of [
      ['GET', path],
      ['POST', path],
      ['GET', `${path}/${person.id}`],
      ['PATCH', `${path}/${person.id}`],
      ['DELETE', `${path}/${person.id}`],
    ] as const) {
      const body = method === 'GET' ? undefined : { role: 'admin', nonsense: true };
      const answer = await person.call(method, url, body);
      expect([method, url, answer.status, answer.body.code]).toEqual([method, url, 403, 'ADMIN_REQUIRED']);
      const byKey = await app.stranger().call(method, url, body, { headers: { 'x-api-key': key } });
      expect([method, url, byKey.body.code]).toEqual([method, url, 'SCOPE_REQUIRED']);
    }
    expect((await person.get('/api/users/me')).body.role).toBe('user');
  });
});

it('who waits for approval can do nothing until an admin says yes', async () => {
  const app = await createTestApp({ env: { SIGNUP_MODE: 'approval' } });
  try {
    const admin = await app.person('admin');
    const registered = await app
      .stranger()
      .post('/api/auth/register', { email: 'w@example.org', password: goodPassword });
    expect(registered.body).toEqual({ user: expect.objectContaining({ role: 'pending' }) });
    const login = { login: 'w@example.org', password: goodPassword };
    expect((await app.stranger().post('/api/auth/login', login)).body.code).toBe('USER_PENDING');
    expect((await admin.get(`${path}?role=pending`)).body.items).toHaveLength(1);
    expect((await admin.patch(`${path}/${registered.body.user.id}`, { role: 'user' })).status).toBe(200);
    expect((await app.stranger().post('/api/auth/login', login)).status).toBe(200);
    expect((await admin.get('/api/admin/audit?action=user.approved')).body.items).toHaveLength(1);
  } finally {
    await app.close();
  }
});

describeEachDatabase('the last admin', (database) => {
  it('stays, also when admins demote, switch off and delete each other at once', async () => {
    const app = await createTestApp({ env: { DATABASE_URL: database().url } });
    try {
      const first = await app.person('first');
      const only = `${path}/${first.id}`;
      for (const body of [{ role: 'user' }, { role: 'pending' }, { is_active: false }])
        expect((await first.patch(only, body)).status).toBe(409);
      expect((await first.delete(only)).status).toBe(409);
      const others = [await app.person(), await app.person(), await app.person()];
      for (const other of others) await first.patch(`${path}/${other.id}`, { role: 'admin' });
      const all = [first, ...others];
      await Promise.all(
        all.map((each, n) => {
          const url = `${path}/${all[(n + 1) % all.length]?.id}`;
          if (n % 3 === 0) return each.patch(url, { role: 'user' });
          return n % 3 === 1 ? each.patch(url, { is_active: false }) : each.delete(url);
        }),
      );
      const left = await database()
        .db.selectFrom('users')
        .select('id')
        .where('role', '=', 'admin')
        .where('is_active', '=', 1)
        .execute();
      expect(left.length).toBeGreaterThanOrEqual(1);
      await app.carrel.services.audit.drained();
      expect(await app.carrel.services.audit.verify()).toMatchObject({ ok: true });
    } finally {
      await app.close();
    }
  });
});
