import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '../../server/lib/ids.ts';
import { createTestApp, goodPassword, type TestApp } from '../app.ts';
import type { Client, Json } from '../client.ts';
import { describeEachDatabase } from '../databases.ts';
import { createFakeLlm, type FakeLlm } from '../fake-llm/server.ts';

/** A word that stands nowhere else; its stem is what indexes have of it. */
const mark = 'zyxwvutkrantz';
const control = 'qwertzuibold';

describeEachDatabase('what is deleted', (database) => {
  let llm: FakeLlm;
  let app: TestApp;
  let ada: Client;
  beforeAll(async () => {
    llm = await createFakeLlm();
    // SQLite lies in the folder of the data, so that every byte of it is looked at.
    const { url } = database();
    app = await createTestApp({
      env: {
        ...(url.startsWith('sqlite') ? {} : { DATABASE_URL: url }),
        OPENAI_BASE_URL: `${llm.url}/v1`,
        OPENAI_API_KEY: 'sk-test',
        DEFAULT_AI_PROVIDER: 'openai',
      },
    });
    await app.person('admin');
    ada = await app.person('ada');
  });
  afterAll(async () => {
    await app.close();
    await llm.close();
  });

  /** The tables that have a word in any of their rows. */
  async function tablesWith(word: string): Promise<string[]> {
    const { db } = app.carrel.database;
    const found: string[] = [];
    for (const { name } of await db.introspection.getTables()) {
      const { rows } = await sql`select * from ${sql.table(name)}`.execute(db);
      if (JSON.stringify(rows).toLowerCase().includes(word)) found.push(name);
    }
    return found;
  }

  /** The files under the folder of the data that have a word in their bytes. */
  async function filesWith(word: string): Promise<string[]> {
    const found: string[] = [];
    for (const entry of await readdir(app.config.dataDir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      if ((await readFile(path)).toString('latin1').toLowerCase().includes(word)) found.push(path);
    }
    return found;
  }

  async function done(kind: 'retention.wipe' | 'users.purge'): Promise<void> {
    const open = () =>
      app.carrel.database.db
        .selectFrom('jobs')
        .select('id')
        .where('kind', '=', kind)
        .where('status', 'in', ['queued', 'running'])
        .execute();
    await expect.poll(open, { timeout: 30_000 }).toEqual([]);
  }
  async function gone(): Promise<void> {
    expect(await tablesWith(mark)).toEqual([]);
    await app.carrel.services.jobs.enqueue('retention.wipe', {});
    await done('retention.wipe');
    await expect.poll(() => filesWith(mark), { timeout: 20_000 }).toEqual([]);
    expect(await tablesWith(control)).not.toEqual([]);
  }

  /** A conversation whose every part has the word in it, among others of many words. */
  async function talk(who: Client, word: string): Promise<Json> {
    const file = await who.uploadAndWait(`${word}.txt`, `The ${word} had wings.`, 'text/plain');
    llm.script({ text: [`Of a ${word} `, 'nothing ', 'is known.'], reasoning: [`The ${word}?`] });
    const first = (
      await who.post('/api/chat/message', {
        content: `What is a ${word}?`,
        file_ids: [file.id],
        system: `Know ${word}.`,
      })
    ).body;
    const path = `/api/conversations/${first.conversation_id}`;
    llm.script({});
    for (let n = 0; n < 5; n += 1)
      await who.post('/api/chat/message', {
        content: `${n}: ${word} ${'and other words '.repeat(300)}`,
        conversation_id: first.conversation_id,
      });
    await who.patch(path, { title: `The ${word}`, tags: [word] });
    await who.post('/api/feedback', { message_id: first.message.id, rating: 'down', comment: word });
    await who.post(`${path}/share`, {});
    // It cannot be sent, so it waits.
    await who.post(`${path}/queue`, { content: `Later: ${word}`, model: 'nobody/none' });
    await who.post(`${path}/branch`, { message_id: first.message.id });
    const learned = { enabled: 1, origin: 'learned', created_at: 1, updated_at: 1 } as const;
    await app.carrel.database.db
      .insertInto('memories')
      .values({
        ...learned,
        id: newId(),
        user_id: who.id,
        content: `Has a ${word}.`,
        content_key: word,
        terms: '[]',
        conversation_id: first.conversation_id,
      })
      .execute();
    return { file: file.id, conversation: first.conversation_id, message: first.message.id };
  }

  it('is not in the database any more, nor in the bytes of any file: conversations, messages, files', async () => {
    const kept = await talk(ada, control);
    const { file, conversation } = await talk(ada, mark);
    expect(await tablesWith(mark)).toEqual(
      expect.arrayContaining(['conversations', 'messages', 'generation_log', 'share_links', 'feedback', 'passages']),
    );
    expect(await filesWith(mark)).not.toEqual([]);
    const all = (await ada.get(`/api/conversations?limit=200`)).body.items as Json[];
    for (const { id, title } of all)
      if (String(title).includes(mark)) expect((await ada.delete(`/api/conversations/${id}`)).status).toBe(204);
    await ada.delete(`/api/conversations/${conversation}`);
    await ada.delete(`/api/files/${file}`);
    await gone();
    const hits = (await ada.get(`/api/conversations/search?q=${control}`)).body.items as Json[];
    expect(hits.some(({ conversation_id }) => conversation_id === kept.conversation)).toBe(true);
    expect((await ada.post('/api/search', { q: control })).body.items).toHaveLength(1);

    const { message, conversation: other, file: second } = await talk(ada, mark);
    await ada.delete(`/api/messages/${message}`);
    const runs = await app.carrel.database.db.selectFrom('generations').select('message_id').execute();
    expect(runs.map(({ message_id }) => message_id)).not.toContain(message);
    for (const id of [
      other,
      ...((await ada.get('/api/conversations')).body.items as Json[]).map((one) => one.id as string),
    ])
      if (id !== kept.conversation) await ada.delete(`/api/conversations/${id}`);
    await ada.delete(`/api/files/${second}`);
    await gone();
  });

  it('with an account goes all of it', async () => {
    const bob = await app.person();
    await talk(bob, mark);
    await bob.post('/api/memories', { content: `Bob has a ${mark}.` });
    await bob.post('/api/assistants', { name: mark, system: `You are a ${mark}.` });
    await bob.post('/api/prompts', { command: 'x', title: mark, content: mark });
    await bob.post('/api/collections', { name: mark });
    await bob.put('/api/profile', { bio: mark });
    await bob.post('/api/users/me/export', { password: goodPassword });
    await expect
      .poll(async () => (await bob.get('/api/users/me/export')).body.status, { timeout: 30_000 })
      .toBe('ready');
    expect((await bob.call('DELETE', '/api/users/me', { password: goodPassword })).status).toBe(204);
    await done('users.purge');
    await gone();
  });
});
