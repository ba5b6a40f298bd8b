import { expect, it } from 'vitest';
import { createTestApp } from '../../../test/app.ts';
import type { Client, Json } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';

const path = '/api/admin/retention';
const DAY = 24 * 3_600_000;
const never = { conversations: { days: null, archived: false }, files: { days: null } };

describeEachDatabase('retention', (database) => {
  it('deletes what nobody touched for so long, after it was counted, and keeps the rest', async () => {
    const start = Date.now();
    let time = start - 100 * DAY;
    const app = await createTestApp({ env: { DATABASE_URL: database().url }, overrides: { now: () => time } });
    try {
      let [admin, ada] = [await app.person('admin'), await app.person('ada')];
      const talk = async (title: string, patch: object = {}): Promise<string> => {
        const { id } = (await ada.post('/api/conversations', { title })).body;
        await ada.patch(`/api/conversations/${id}`, patch);
        return id as string;
      };
      const [old, pinned, archived, kept] = [
        await talk('Old'),
        await talk('Pinned', { pinned: true }),
        await talk('Archived', { archived: true }),
        await talk('Kept'),
      ];
      const upload = (name: string) => ada.uploadAndWait(name, `About ${name}.`, 'text/plain');
      const files = {
        unused: await upload('unused.txt'),
        old: await upload('old.txt'),
        kept: await upload('kept.txt'),
        collected: await upload('collected.txt'),
        assistant: await upload('assistant.txt'),
        given: await upload('given.txt'),
      };
      const say = (conversation: string, file: Json) =>
        ada.chat({
          content: 'Read it',
          conversation_id: conversation,
          file_ids: [file.id],
          model: 'librarian/librarian',
        });
      await say(old, files.old);
      await say(kept, files.kept);
      // As a tool gives one.
      const result = {
        content: '',
        is_error: false,
        files: [{ id: files.given.id, filename: 'x', content_type: 'y' }],
      };
      const tool = { type: 'tool', id: 'c', name: 't', arguments: {}, round: 0, at: 0, approval: null, result };
      await database()
        .db.updateTable('messages')
        .set({ parts: JSON.stringify([tool]) })
        .where('conversation_id', '=', kept)
        .where('role', '=', 'assistant')
        .execute();
      const collection = (await ada.post('/api/collections', { name: 'C' })).body.id as string;
      await ada.post(`/api/collections/${collection}/sources`, { file_id: files.collected.id });
      await ada.post('/api/assistants', { name: 'A', file_ids: [files.assistant.id] });

      time = start;
      const back = async (who: Client): Promise<Client> => {
        const client = app.stranger();
        const login = { login: who.user?.email, password: 'correct horse battery staple' };
        return client.signedIn((await client.post('/api/auth/login', login)).body);
      };
      [admin, ada] = [await back(admin), await back(ada)];
      await ada.post(`/api/conversations/${kept}/messages`, { content: 'Touched' });
      const fresh = (await ada.post('/api/conversations', { title: 'Fresh' })).body.id as string;
      const titles = async () =>
        [
          ...((await ada.get('/api/conversations')).body.items as Json[]),
          ...((await ada.get('/api/conversations?archived=true')).body.items as Json[]),
        ]
          .map(({ id }) => id as string)
          .toSorted();
      const names = async () =>
        ((await ada.get('/api/files')).body.items as Json[]).map(({ filename }) => filename as string).toSorted();

      expect((await admin.get(path)).body).toEqual({ ...never, last_run: null });
      const rules = { conversations: { days: 90, archived: false }, files: { days: 90 } };
      const all = { ...rules, conversations: { days: 90, archived: true } };
      const counts = async (body: object) => (await admin.post(`${path}/preview`, body)).body;
      expect(await counts(never)).toEqual({ conversations: 0, files: 0 });
      expect(await counts(rules)).toEqual({ conversations: 1, files: 1 });
      expect(await counts(all)).toEqual({ conversations: 2, files: 1 });
      expect(await counts({ ...rules, conversations: { days: 101, archived: true } })).toMatchObject({
        conversations: 0,
      });
      expect(await titles()).toEqual([old, pinned, archived, kept, fresh].toSorted());

      for (const refused of [await ada.get(path), await ada.put(path, rules), await ada.post(`${path}/preview`, rules)])
        expect(refused.body.code).toBe('ADMIN_REQUIRED');
      for (const bad of [{}, { ...rules, files: { days: 0 } }, { ...rules, more: 1 }])
        expect((await admin.put(path, bad)).status).toBe(400);

      const run = async (): Promise<void> => {
        await app.carrel.services.jobs.enqueue('retention.apply', {});
        const { db } = app.carrel.database;
        const left = () =>
          db
            .selectFrom('jobs')
            .select('id')
            .where('kind', '=', 'retention.apply')
            .where('status', 'in', ['queued', 'running'])
            .execute();
        await expect.poll(left, { timeout: 20_000 }).toEqual([]);
      };
      await run();
      expect(await titles()).toHaveLength(5);
      expect((await admin.put(path, rules)).body).toEqual({ ...rules, last_run: null });
      expect((await ada.get('/api/retention')).body).toEqual(rules);
      await run();
      expect(await titles()).toEqual([pinned, archived, kept, fresh].toSorted());
      expect(await names()).toEqual(['assistant.txt', 'collected.txt', 'given.txt', 'kept.txt']);
      expect((await admin.get(path)).body.last_run).toMatchObject({ conversations: 1, files: 2 });
      const log = (await admin.get('/api/admin/audit?limit=200')).body.items as Json[];
      expect(log.find(({ action }) => action === 'retention.applied')).toMatchObject({
        actor: null,
        detail: { conversations: 1, files: 2 },
      });
      expect(log.find(({ action }) => action === 'retention.changed')?.detail).toEqual({
        conversations_days: 90,
        archived: false,
        files_days: 90,
      });
    } finally {
      await app.close();
    }
  });
});
