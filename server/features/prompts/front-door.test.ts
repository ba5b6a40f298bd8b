import { expect, it } from 'vitest';
import { createTestApp } from '../../../test/app.ts';
import { describeEachDatabase } from '../../../test/databases.ts';

describeEachDatabase('prompts', (database) => {
  it('are one’s own, and everybody’s where an admin shares them', async () => {
    const app = await createTestApp({ env: { DATABASE_URL: database().url } });
    try {
      const [admin, ben, cleo] = [await app.person('admin'), await app.person('ben'), await app.person('cleo')];
      const body = { command: '/Letter', title: 'A letter', content: 'Write to {{name}}.' };
      const made = await ben.post('/api/prompts', body);
      expect([made.status, made.body]).toMatchObject([201, { command: 'letter', own: true, shared: false }]);
      expect((await ben.post('/api/prompts', { ...body, title: 'Again' })).body.code).toBe('CONFLICT');
      expect((await cleo.post('/api/prompts', body)).status).toBe(201);
      const path = `/api/prompts/${made.body.id}`;
      expect((await ben.patch(path, { content: 'Dear {{name}}' })).body.content).toBe('Dear {{name}}');

      for (const other of [admin, cleo]) {
        expect((await other.get(path)).status).toBe(404);
        expect((await other.patch(path, { title: 'x' })).status).toBe(404);
        expect((await other.delete(path)).status).toBe(204);
      }
      expect((await ben.get(path)).status).toBe(200);
      expect((await app.stranger().get('/api/prompts')).status).toBe(401);

      expect((await ben.post('/api/prompts', { ...body, command: 'b', shared: true })).status).toBe(403);
      expect((await ben.patch(path, { shared: true })).status).toBe(403);
      const common = (await admin.post('/api/prompts', { ...body, command: 'minutes', shared: true })).body
        .id as string;
      expect((await cleo.get('/api/prompts?q=MINU')).body.items).toMatchObject([
        { id: common, own: false, shared: true },
      ]);
      expect((await cleo.patch(`/api/prompts/${common}`, { title: 'Mine now' })).status).toBe(403);
      expect((await cleo.delete(`/api/prompts/${common}`)).status).toBe(403);
      expect((await admin.put(`/api/prompts/${common}`, { shared: false })).body.shared).toBe(false);
      expect((await cleo.get(`/api/prompts/${common}`)).status).toBe(404);

      for (const command of ['', '/', 'two words', '../x', 'x'.repeat(51), '<b>'])
        expect((await ben.post('/api/prompts', { ...body, command })).status, command).toBe(400);
      expect((await ben.delete(path)).status).toBe(204);
      expect((await ben.get(path)).status).toBe(404);
    } finally {
      await app.close();
    }
  });
});
