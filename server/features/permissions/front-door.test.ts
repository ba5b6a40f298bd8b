import { expect, it } from 'vitest';
import { createTestApp } from '../../../test/app.ts';
import { describeEachDatabase } from '../../../test/databases.ts';

const all = {
  'chat.edit': true,
  'chat.delete': true,
  'files.upload': true,
  'assistants.share': true,
  tools: true,
  api_keys: true,
};

describeEachDatabase('permissions', (database) => {
  it('hold at the next request, by everybody or any group, before the body is read, and never for admins', async () => {
    const app = await createTestApp({ env: { DATABASE_URL: database().url } });
    try {
      const admin = await app.person('admin');
      const ada = await app.person('ada');
      const mine = async () => (await ada.get('/api/users/me/permissions')).body;
      const key = (await ada.post('/api/auth/api-keys', { name: 'program' })).body.key as string;
      const byKey = () => app.stranger().get('/api/conversations', { headers: { authorization: `Bearer ${key}` } });
      const talk = (await ada.post('/api/conversations', { title: 'Kept' })).body.id as string;
      const said = (await ada.post(`/api/conversations/${talk}/messages`, { content: 'One' })).body.id as string;
      expect((await admin.get('/api/admin/permissions')).body).toEqual(all);
      expect(await mine()).toEqual(all);
      expect((await byKey()).status).toBe(200);

      const none = {
        'chat.edit': false,
        'chat.delete': false,
        'files.upload': false,
        'assistants.share': false,
        tools: false,
        api_keys: false,
      };
      expect((await admin.put('/api/admin/permissions', none)).body).toEqual(none);
      expect(await mine()).toEqual(none);
      const refused = [
        await ada.patch(`/api/messages/${said}`, { content: 'Two', unknown: 1 }),
        await ada.delete(`/api/messages/${said}`),
        await ada.delete(`/api/conversations/${talk}`),
        await ada.upload('notes.md', '# Notes'),
        await ada.post('/api/auth/api-keys', { name: 'another' }),
        await byKey(),
      ];
      expect(refused.map(({ status, body }) => [status, body.code])).toEqual(refused.map(() => [403, 'FORBIDDEN']));
      expect((await ada.get(`/api/messages/${said}`)).body.content).toBe('One');
      expect((await admin.get('/api/users/me/permissions')).body).toEqual(all);
      expect((await admin.upload('notes.md', '# Notes')).status).toBe(201);

      const group = (await admin.post('/api/admin/groups', { name: 'Writers', permissions: { 'chat.edit': true } }))
        .body;
      const other = (await admin.post('/api/admin/groups', { name: 'Others' })).body;
      expect([group.permissions, other.permissions]).toEqual([{ ...none, 'chat.edit': true }, none]);
      for (const { id } of [group, other]) await admin.put(`/api/admin/groups/${id}/members/${ada.id}`);
      expect(await mine()).toEqual({ ...none, 'chat.edit': true });
      expect((await ada.patch(`/api/messages/${said}`, { content: 'Two' })).status).toBe(200);
      const changed = { permissions: { 'files.upload': true, 'chat.edit': false } };
      expect((await admin.patch(`/api/admin/groups/${other.id}`, changed)).body.permissions['files.upload']).toBe(true);
      expect(await mine()).toEqual({ ...none, 'chat.edit': true, 'files.upload': true });
      expect((await ada.upload('notes.md', '# Notes')).status).toBe(201);
      expect(
        (await admin.get('/api/admin/groups')).body.items.map((each: { permissions: unknown }) => each.permissions),
      ).toEqual([
        { ...none, 'files.upload': true },
        { ...none, 'chat.edit': true },
      ]);
      await admin.delete(`/api/admin/groups/${group.id}`);
      expect((await ada.patch(`/api/messages/${said}`, { content: 'Three' })).status).toBe(403);

      expect((await admin.put('/api/admin/permissions', { api_keys: true })).body).toEqual({ ...none, api_keys: true });
      expect((await byKey()).status).toBe(200);
      expect((await admin.get('/api/admin/audit?action=permissions.changed')).body.items).toMatchObject([
        { actor: { id: admin.id }, detail: { allowed: ['api_keys'], withheld: [] } },
        { detail: { withheld: Object.keys(all) } },
      ]);
      expect((await admin.get('/api/admin/audit?action=group.changed')).body.items).toMatchObject([
        { detail: { allowed: ['files.upload'], withheld: ['chat.edit'] } },
      ]);
    } finally {
      await app.close();
    }
  });
});

it('are the admins’ to give, by names that there are', async () => {
  const app = await createTestApp();
  try {
    const admin = await app.person('admin');
    const ada = await app.person('ada');
    for (const method of ['GET', 'PUT']) {
      const path = '/api/admin/permissions';
      const body = method === 'PUT' ? { nonsense: 1 } : undefined;
      expect((await ada.call(method, path, body)).body.code).toBe('ADMIN_REQUIRED');
      expect((await app.stranger().call(method, path, body)).status).toBe(401);
    }
    expect((await app.stranger().get('/api/users/me/permissions')).status).toBe(401);
    for (const bad of [{ 'chat.fly': true }, { 'chat.edit': 'yes' }]) {
      expect((await admin.put('/api/admin/permissions', bad)).body.code).toBe('VALIDATION_FAILED');
      expect((await admin.post('/api/admin/groups', { name: 'G', permissions: bad })).status).toBe(400);
    }
    expect((await admin.get('/api/admin/groups')).body.items).toEqual([]);
  } finally {
    await app.close();
  }
});
