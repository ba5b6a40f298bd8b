import { expect, it } from 'vitest';
import { createTestApp } from '../../../test/app.ts';
import { describeEachDatabase } from '../../../test/databases.ts';

const kilobyte = `# Notes\n\n${'word '.repeat(200)}`.slice(0, 1_000);

describeEachDatabase('the quota of space', (database) => {
  it('lets in one of 50 files sent at once where one fits, leaves nothing of the others, and gives room back', async () => {
    const app = await createTestApp({ env: { DATABASE_URL: database().url, STORAGE_QUOTA_MB: '5' } });
    try {
      const admin = await app.person('admin');
      const ada = await app.person('ada');
      const quota = `/api/admin/users/${ada.id}/quota`;
      const allow = (storage_bytes: number | null) =>
        admin.put(quota, { messages_per_day: null, tokens_per_day: null, storage_bytes });
      const mine = async () => (await ada.get('/api/usage/quota')).body;
      expect(await mine()).toMatchObject({ storage_bytes: 5 * 2 ** 20, source: 'default' });
      await allow(1_500);
      const sent = await Promise.all(Array.from({ length: 50 }, (_, at) => ada.upload(`n${at}.md`, kilobyte)));
      const stored = sent.filter(({ status }) => status === 201);
      expect(stored).toHaveLength(1);
      for (const { status, body, headers } of sent.filter((each) => !stored.includes(each))) {
        expect([status, body.code]).toEqual([413, 'STORAGE_QUOTA_EXCEEDED']);
        expect(headers.get('retry-after')).toBeNull();
      }
      expect(await mine()).toMatchObject({ used: { storage_bytes: 1_000 }, left: { storage_bytes: 500 } });
      const objects: string[] = [];
      for await (const key of app.carrel.services.store.list(`${ada.id}/`)) objects.push(key);
      expect(objects).toHaveLength(1);
      expect((await admin.get('/api/admin/audit?action=quota.exceeded')).body.items).toMatchObject([
        { actor: { id: ada.id }, detail: { kind: 'storage', limit: 1_500 } },
      ]);

      expect((await ada.delete(`/api/files/${stored[0]?.body.id}`)).status).toBe(204);
      expect((await ada.upload('again.md', kilobyte)).status).toBe(201);
      await allow(0);
      expect((await ada.upload('none.md', 'x')).body.code).toBe('STORAGE_QUOTA_EXCEEDED');
      await allow(null);
      expect((await ada.upload('more.md', kilobyte)).status).toBe(201);
      expect((await mine()).left.storage_bytes).toBeNull();
    } finally {
      await app.close();
    }
  });
});
