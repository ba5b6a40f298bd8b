import type { Kysely } from 'kysely';
import { upsert, type Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';

/** Present once every message has its terms: from then on each is written with them. */
const INDEXED = 'messages_indexed';

export type ChatSearchRepository = ReturnType<typeof createChatSearchRepository>;

export const createChatSearchRepository = (db: Kysely<DB>, engine: Engine) => ({
  isIndexed: async (): Promise<boolean> =>
    (await db.selectFrom('settings').select('key').where('key', '=', INDEXED).executeTakeFirst()) !== undefined,
  setIndexed: (at: number): Promise<void> =>
    upsert(db, engine, 'settings', { key: INDEXED, value: '1', updated_at: at }, ['key'], ['value', 'updated_at']),
});
