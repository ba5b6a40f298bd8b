import { sql, type Kysely } from 'kysely';
import { compiled } from '../../db/compiled.ts';
import { containing, upsert, type Engine } from '../../db/dialect.ts';
import type { DB, MemorySettings, MemoryVectors } from '../../db/schema.ts';

export type MemoryRow = DB['memories'];

const inUse = compiled((db, { userId }: { userId: string }) =>
  db
    .selectFrom('memories')
    .leftJoin('memory_settings', 'memory_settings.user_id', 'memories.user_id')
    .select(['memories.id', 'content', 'terms'])
    .where('memories.user_id', '=', userId)
    .where('memories.enabled', '=', 1)
    .where((e) => e.or([e('memory_settings.enabled', 'is', null), e('memory_settings.enabled', '=', 1)]))
    .orderBy('memories.id', 'desc'),
);

export type MemoryRepository = ReturnType<typeof createMemoryRepository>;

/** Every statement names the person: what is remembered of anyone else is never read. */
export const createMemoryRepository = (db: Kysely<DB>, engine: Engine) => ({
  list(
    userId: string,
    { q, before, limit }: { q: string | undefined; before: string | undefined; limit: number },
  ): Promise<MemoryRow[]> {
    let query = db.selectFrom('memories').selectAll().where('user_id', '=', userId);
    if (q) query = query.where(sql<boolean>`lower(content) like lower(${containing(q)}) escape '!'`);
    if (before !== undefined) query = query.where('id', '<', before);
    return query.orderBy('id', 'desc').limit(limit).execute();
  },

  /** Those in use, the newest first; none of a person who wants none used. */
  inUse: (userId: string): Promise<Pick<MemoryRow, 'id' | 'content' | 'terms'>[]> => inUse.all(db, { userId }),

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
  /** Of what the memory said before. */
  removeOldVector: async (id: string, contentKey: string): Promise<void> => {
    await db.deleteFrom('memory_vectors').where('memory_id', '=', id).where('content_key', '!=', contentKey).execute();
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

  /** Vectors of those in use, as far as they are by this model and of what the memory says now. */
  async vectors(userId: string, model: string): Promise<{ id: string; vector: Float32Array }[]> {
    const rows = await embedded(db, userId, model)
      .select(['memories.id', 'memory_vectors.vector'])
      .where('memory_vectors.memory_id', 'is not', null)
      .execute();
    return rows.flatMap(({ id, vector }) =>
      vector ? [{ id, vector: new Float32Array(new Uint8Array(vector).buffer) }] : [],
    );
  },
  /** Those in use that have no such vector, in the order of their ids, after one. */
  unembedded: (
    userId: string,
    { model, after, limit }: { model: string; after: string | undefined; limit: number },
  ): Promise<Pick<MemoryRow, 'id' | 'content' | 'content_key'>[]> =>
    embedded(db, userId, model)
      .select(['memories.id', 'memories.content', 'memories.content_key'])
      .where('memory_vectors.memory_id', 'is', null)
      .$if(after !== undefined, (query) => query.where('memories.id', '>', after ?? ''))
      .orderBy('memories.id')
      .limit(limit)
      .execute(),
  /** Silent where the memory is gone, or says something else now. */
  async keepVector({ vector, ...row }: Omit<MemoryVectors, 'vector'> & { vector: Float32Array }): Promise<void> {
    const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
    const there = await db
      .selectFrom('memories')
      .select('id')
      .where('id', '=', row.memory_id)
      .where('content_key', '=', row.content_key)
      .executeTakeFirst();
    if (!there) return;
    const stored = { ...row, vector: bytes };
    await upsert(db, engine, 'memory_vectors', stored, ['memory_id'], ['model', 'content_key', 'vector']);
  },

  settings: (userId: string): Promise<MemorySettings | undefined> =>
    db.selectFrom('memory_settings').selectAll().where('user_id', '=', userId).executeTakeFirst(),
  changeSettings: (row: MemorySettings): Promise<void> =>
    upsert(db, engine, 'memory_settings', row, ['user_id'], ['enabled', 'learns', 'updated_at']),
});

/** Memories in use, each beside its vector by this model where there is one. */
const embedded = (db: Kysely<DB>, userId: string, model: string) =>
  db
    .selectFrom('memories')
    .leftJoin('memory_vectors', (join) =>
      join
        .onRef('memory_vectors.memory_id', '=', 'memories.id')
        .onRef('memory_vectors.content_key', '=', 'memories.content_key')
        .on('memory_vectors.model', '=', model),
    )
    .where('memories.user_id', '=', userId)
    .where('memories.enabled', '=', 1);
