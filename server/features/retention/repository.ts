import type { Kysely } from 'kysely';
import { upsert, type Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';

export type StaleFile = Pick<DB['files'], 'id' | 'user_id'>;

export const createRetentionRepository = (db: Kysely<DB>, engine: Engine) => {
  const stale = (before: number, archived: boolean) => {
    const query = db.selectFrom('conversations').where('updated_at', '<', before).where('pinned', '=', 0);
    return archived ? query : query.where('archived', '=', 0);
  };
  const oldFiles = (before: number) => db.selectFrom('files').where('created_at', '<', before);

  return {
    async read(key: string): Promise<string | undefined> {
      return (await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst())?.value;
    },
    write: (key: string, value: string, at: number): Promise<void> =>
      upsert(db, engine, 'settings', { key, value, updated_at: at }, ['key'], ['value', 'updated_at']),

    async countConversations(before: number, archived: boolean): Promise<number> {
      const { n } = await stale(before, archived)
        .select((e) => e.fn.countAll<number | string>().as('n'))
        .executeTakeFirstOrThrow();
      return Number(n);
    },

    conversations: (before: number, archived: boolean, limit: number) =>
      stale(before, archived).selectAll().orderBy('id').limit(limit).execute(),

    /** Whose old files are to be looked at, by their ids. */
    async owners(before: number): Promise<string[]> {
      const rows = await oldFiles(before).select('user_id').distinct().orderBy('user_id').execute();
      return rows.map(({ user_id }) => user_id);
    },

    filesOf: (userId: string, before: number): Promise<StaleFile[]> =>
      oldFiles(before).select(['id', 'user_id']).where('user_id', '=', userId).execute(),
  };
};
