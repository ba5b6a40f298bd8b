import { expect, it } from 'vitest';
import { describeEachDatabase } from '../../../test/databases.ts';
import { newId } from '../../lib/ids.ts';
import { createChatStore } from './store.ts';
import { createTransactor } from '../../db/transaction.ts';
import { newMessage } from './rows.ts';

const LENGTH = 2_500;

describeEachDatabase('a long conversation', (database) => {
  it('is followed from its end to its beginning, and loses a branch whole', async () => {
    const store = createChatStore(database().db, createTransactor(database()));
    const [userId, conversationId] = [newId(), newId()];
    await database()
      .db.insertInto('users')
      .values({
        id: userId,
        email: `${userId}@example.org`,
        username: null,
        username_key: null,
        name: 'Anna',
        role: 'user',
        is_active: 1,
        password_hash: null,
        email_verified: 0,
        created_at: 1,
        updated_at: 1,
        last_active_at: null,
      })
      .execute();
    await store.conversations.insert({
      id: conversationId,
      user_id: userId,
      title: 'Long',
      title_by_user: 0,
      memory: 1,
      model: null,
      pinned: 0,
      archived: 0,
      created_at: 1,
      updated_at: 1,
    });
    const rows: ReturnType<typeof newMessage>[] = [];
    for (let at = 0; at < LENGTH; at += 1) {
      const parentId = rows.at(-1)?.id ?? null;
      rows.push(newMessage({ conversationId, parentId, role: 'user', content: `message ${at}`, at }));
    }
    for (let at = 0; at < LENGTH; at += 250) await store.messages.insert(rows.slice(at, at + 250));

    const path = await store.messages.pathTo(rows.at(-1)?.id ?? '');
    expect(path.map(({ content }) => content)).toEqual(rows.map(({ content }) => content));
    expect(await store.messages.pathTo(newId())).toEqual([]);

    const middle = rows[1_000];
    await store.messages.deleteSubtree(conversationId, middle?.id ?? '');
    expect((await store.messages.newest(conversationId))?.content).toBe('message 999');
    expect(await store.messages.pathTo(middle?.id ?? '')).toEqual([]);
  });
});
