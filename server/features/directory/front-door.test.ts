import { expect, it } from 'vitest';
import { createTestApp } from '../../../test/app.ts';
import { describeEachDatabase } from '../../../test/databases.ts';

describeEachDatabase('the directory', (database) => {
  it('shows names and ids of people who can sign in, and of groups, to members', async () => {
    const app = await createTestApp({ env: { DATABASE_URL: database().url } });
    try {
      const admin = await app.person('Root');
      const ada = await app.person('Ada');
      const off = await app.person('Adam');
      const { id } = (await admin.post('/api/admin/groups', { name: 'Adults_100%' })).body;
      expect((await ada.get('/api/directory?q=AD')).body).toEqual({
        users: [{ id: off.id, name: 'Adam' }],
        groups: [{ id, name: 'Adults_100%' }],
      });
      await admin.patch(`/api/admin/users/${off.id}`, { is_active: false });
      expect((await ada.get('/api/directory?q=ad')).body.users).toEqual([]);
      expect((await admin.get('/api/directory?q=example.org')).body).toEqual({ users: [], groups: [] });
      expect((await ada.get('/api/directory?q=%25')).body).toEqual({
        users: [],
        groups: [{ id, name: 'Adults_100%' }],
      });
      expect((await ada.get('/api/directory')).body.users).toEqual([{ id: admin.id, name: 'Root' }]);
      expect((await app.stranger().get('/api/directory')).status).toBe(401);
    } finally {
      await app.close();
    }
  });
});
