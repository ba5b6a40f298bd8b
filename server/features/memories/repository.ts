import { sql, type Kysely } from 'kysely';
import { containing, upsert, type Engine } from '../../db/dialect.ts';
import type { DB, MemorySettings } from '../../db/schema.ts';

export type MemoryRow = DB['memories'];

/** Every statement names the person: what is remembered of anyone else is never read. */
export const createMemoryRepository = (db: Kysely<DB>, engine: Engine) => ({
  list(
    userId: string,
    { q, before, limit }: { q: string | undefined; before: string | undefined; limit: number },
  ): Promise<MemoryRow[]> {
    let query = db.selectFrom('memories').selectAll().where('user_id', '=', userId);
    if (q) query = query.where(sql<boolean>`lower(content) like ${containing(q)} escape '!'`);
    if (before !== undefined) query = query.where('id', '<', before);
    return query.orderBy('id', 'desc').limit(limit).execute();
  },

  /** Those in use, the newest first; none of a person who wants none used. */
  inUse: (userId: string): Promise<Pick<MemoryRow, 'content' | 'terms'>[]> =>
    db
      .selectFrom('memories')
      .leftJoin('memory_settings', 'memory_settings.user_id', 'memories.user_id')
      .select(['content', 'terms'])
      .where('memories.user_id', '=', userId)
      .where('memories.enabled', '=', 1)
      .where((e) => e.or([e('memory_settings.enabled', 'is', null), e('memory_settings.enabled', '=', 1)]))
      .orderBy('memories.id', 'desc')
      .execute(),

  async count(userId: string): Promise<number> {
    const { count } = await db
      .selectFrom('memories')
      .select((e) => e.fn.countAll<number | string>().as('count'))
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    return Number(count);
  },

  find: (userId: string, id: string): Promise<MemoryRow | undefined> =>
    db.selectFrom('memories').selectAll().where('user_id', '=', userId).where('id', '=', id).executeTakeFirst(),

  insert: async (row: MemoryRow): Promise<void> => {
    await db.insertInto('memories').values(row).execute();
  },
  update: async (userId: string, id: string, changes: Partial<MemoryRow>): Promise<void> => {
    await db.updateTable('memories').set(changes).where('user_id', '=', userId).where('id', '=', id).execute();
  },
  remove: async (userId: string, id: string): Promise<void> => {
    await db.deleteFrom('memories').where('user_id', '=', userId).where('id', '=', id).execute();
  },
  /** What was learned from a conversation, and not said to be remembered. */
  removeLearned: async (userId: string, conversationId: string): Promise<void> => {
    await db
      .deleteFrom('memories')
      .where('user_id', '=', userId)
      .where('conversation_id', '=', conversationId)
      .where('origin', '=', 'learned')
      .execute();
  },
  removeAll: async (userId: string): Promise<void> => {
    await db.deleteFrom('memories').where('user_id', '=', userId).execute();
  },

  settings: (userId: string): Promise<MemorySettings | undefined> =>
    db.selectFrom('memory_settings').selectAll().where('user_id', '=', userId).executeTakeFirst(),
  changeSettings: (row: MemorySettings): Promise<void> =>
    upsert(db, engine, 'memory_settings', row, ['user_id'], ['enabled', 'learns', 'updated_at']),
});
