import { expect, it } from 'vitest';
import { createTestApp, goodPassword } from '../../../test/app.ts';
import { describeEachDatabase } from '../../../test/databases.ts';

const path = '/api/admin/groups';
const nobody = '018f0000-0000-7000-8000-000000000000';

describeEachDatabase('groups', (database) => {
  it('are kept by admins, with members, through invites too', async () => {
    const app = await createTestApp({ env: { DATABASE_URL: database().url } });
    try {
      const admin = await app.person('admin');
      const ada = await app.person('ada');
      const made = await admin.post(path, { name: 'Readers', description: 'They read.' });
      expect([made.status, made.body]).toMatchObject([201, { name: 'Readers', members: 0 }]);
      const one = `${path}/${made.body.id}`;
      expect((await admin.post(path, { name: 'READERS' })).status).toBe(409);
      const other = (await admin.post(path, { name: 'Writers' })).body;
      expect((await admin.patch(`${path}/${other.id}`, { name: 'readers' })).status).toBe(409);
      expect((await admin.patch(one, { description: '' })).body).toMatchObject({ name: 'Readers', description: '' });

      const joins = await Promise.all(Array.from({ length: 10 }, () => admin.put(`${one}/members/${ada.id}`)));
      expect(new Set(joins.map(({ status }) => status))).toEqual(new Set([204]));
      expect((await admin.get(`${one}/members`)).body.items).toMatchObject([{ id: ada.id }]);
      expect((await admin.get(path)).body.items).toMatchObject([{ members: 0 }, { members: 1 }]);
      for (const url of [`${one}/members/${nobody}`, `${path}/${nobody}/members/${ada.id}`])
        expect((await admin.put(url)).status).toBe(404);

      expect((await admin.post('/api/admin/invites', { group_ids: [nobody] })).status).toBe(400);
      const invite = (await admin.post('/api/admin/invites', { group_ids: [made.body.id, other.id] })).body;
      await admin.delete(`${path}/${other.id}`);
      const guest = { email: 'guest@example.org', password: goodPassword, invite_code: invite.code };
      const joined = await app.stranger().post('/api/auth/register', guest);
      expect(joined.status).toBe(201);
      expect((await admin.get(one)).body.members).toBe(2);

      await admin.delete(`/api/admin/users/${joined.body.user.id}`);
      expect((await admin.get(one)).body.members).toBe(1);
      for (let n = 0; n < 2; n += 1) {
        expect((await admin.delete(`${one}/members/${ada.id}`)).status).toBe(204);
        expect((await admin.delete(one)).status).toBe(204);
      }
      expect((await admin.get(one)).status).toBe(404);
      expect((await admin.get(`/api/admin/users/${ada.id}`)).status).toBe(200);
      const log = (await admin.get('/api/admin/audit?action=group.member_added')).body.items;
      expect(log).toMatchObject([{ target: { name: 'Readers' }, detail: { user: ada.id } }]);
    } finally {
      await app.close();
    }
  });
});

it('are nothing that members can see or change', async () => {
  const app = await createTestApp();
  try {
    const admin = await app.person('admin');
    const member = await app.person('member');
    const { id } = (await admin.post(path, { name: 'Readers' })).body;
    for (const [method, url] of [
      ['GET', path],
      ['POST', path],
      ['GET', `${path}/${id}`],
      ['PATCH', `${path}/${id}`],
      ['DELETE', `${path}/${id}`],
      ['GET', `${path}/${id}/members`],
      ['PUT', `${path}/${id}/members/${member.id}`],
      ['DELETE', `${path}/${id}/members/${member.id}`],
    ] as const) {
      const answer = await member.call(method, url, method === 'GET' ? undefined : { nonsense: 1 });
      expect([method, url, answer.status, answer.body.code]).toEqual([method, url, 403, 'ADMIN_REQUIRED']);
    }
    expect((await admin.get(`${path}/${id}`)).body).toMatchObject({ name: 'Readers', members: 0 });
  } finally {
    await app.close();
  }
});
