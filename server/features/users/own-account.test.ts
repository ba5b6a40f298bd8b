import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import type { Database } from '../../db/database.ts';

const mark = 'Quetzalcoatlus';

/** The tables that have the mark in any of their rows. SQLite's index of words keeps words, and no texts. */
async function tablesWith({ db }: Pick<Database, 'db'>, text: string): Promise<string[]> {
  const tables = (await db.introspection.getTables()).map(({ name }) => name).filter((name) => !/_index/.test(name));
  const found: string[] = [];
  for (const name of tables) {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(db);
    if (JSON.stringify(rows).toLowerCase().includes(text.toLowerCase())) found.push(name);
  }
  return found;
}

async function filesWith(app: TestApp, text: string): Promise<string[]> {
  const folder = join(app.config.dataDir, 'files');
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of names) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if ((await readFile(path)).includes(text)) found.push(path);
  }
  return found;
}

describeEachDatabase('one’s own account', (database) => {
  it('goes with everything in it, when its password is given', async () => {
    const app = await createTestApp({ env: { DATABASE_URL: database().url } });
    try {
      const [admin, ben] = [await app.person('admin'), await app.person('ben')];
      const file = await ben.uploadAndWait('wings.txt', `The ${mark} had wings.`, 'text/plain');
      const folder = (await ben.post('/api/folders', { name: mark })).body.id as string;
      const talk = (await ben.post('/api/conversations', { title: mark, folder_id: folder, tags: [mark] })).body
        .id as string;
      await ben.post(`/api/conversations/${talk}/messages`, { content: `What is a ${mark}?` });
      const answer = (await ben.post(`/api/conversations/${talk}/messages`, { content: mark, role: 'assistant' })).body
        .id;
      await ben.post('/api/feedback', { message_id: answer, rating: 'up', comment: mark });
      await ben.post('/api/prompts', { command: 'wings', title: mark, content: mark });
      const link = (await ben.post(`/api/conversations/${talk}/share`, {})).body.id as string;
      await ben.chat({ content: `Tell me of the ${mark}`, file_ids: [file.id], model: 'librarian/librarian' });
      const before = await tablesWith(database(), mark);
      for (const table of [
        'conversations',
        'messages',
        'passages',
        'folders',
        'share_links',
        'feedback',
        'prompts',
        'generation_log',
      ])
        expect(before).toContain(table);
      expect(await filesWith(app, mark)).toHaveLength(1);

      expect((await app.stranger().call('DELETE', '/api/users/me', { password: goodPassword })).status).toBe(401);
      const wrong = await ben.call('DELETE', '/api/users/me', { password: 'not this one at all' });
      expect([wrong.status, wrong.body.code]).toEqual([401, 'INVALID_CREDENTIALS']);
      expect((await ben.call('DELETE', '/api/users/me', {})).status).toBe(400);
      const { key } = (await ben.post('/api/auth/api-keys', { name: 'k' })).body;
      const byKey = await app
        .stranger()
        .call('DELETE', '/api/users/me', { password: goodPassword }, { headers: { 'x-api-key': key } });
      expect(byKey.status).toBe(403);
      expect((await ben.get('/api/users/me')).status).toBe(200);

      expect((await ben.call('DELETE', '/api/users/me', { password: goodPassword })).status).toBe(204);
      expect((await ben.get('/api/users/me')).status).toBe(401);
      expect((await admin.get(`/api/shares/${link}`)).status).toBe(404);
      expect(await tablesWith(database(), mark)).toEqual([]);
      expect(await tablesWith(database(), `tk${mark}`)).toEqual([]);
      await expect.poll(() => filesWith(app, mark), { timeout: 20_000 }).toEqual([]);
    } finally {
      await app.close();
    }
  });

  it('stays where it is the last admin’s', async () => {
    const app = await createTestApp();
    try {
      const admin = await app.person('admin');
      const refused = await admin.call('DELETE', '/api/users/me', { password: goodPassword });
      expect([refused.status, refused.body.code]).toEqual([409, 'CONFLICT']);
      expect((await admin.get('/api/users/me')).status).toBe(200);
    } finally {
      await app.close();
    }
  });
});
