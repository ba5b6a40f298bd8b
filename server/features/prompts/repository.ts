import { sql, type Kysely } from 'kysely';
import { containing } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';

export type PromptRow = DB['prompts'];

export const createPromptRepository = (db: Kysely<DB>) => ({
  /** One's own and those that are shared with everyone, newest first. */
  list(
    userId: string,
    { q, before, limit }: { q: string | undefined; before: string | undefined; limit: number },
  ): Promise<PromptRow[]> {
    let query = db
      .selectFrom('prompts')
      .selectAll()
      .where((is) => is.or([is('user_id', '=', userId), is('shared', '=', 1)]));
    if (q) {
      const has = (column: string) => sql<boolean>`lower(${sql.ref(column)}) like lower(${containing(q)}) escape '!'`;
      query = query.where((is) => is.or(['command', 'title'].map(has)));
    }
    if (before !== undefined) query = query.where('id', '<', before);
    return query.orderBy('id', 'desc').limit(limit).execute();
  },

  find: (id: string): Promise<PromptRow | undefined> =>
    db.selectFrom('prompts').selectAll().where('id', '=', id).executeTakeFirst(),

  async insert(row: PromptRow): Promise<void> {
    await db.insertInto('prompts').values(row).execute();
  },
  async update(id: string, changes: Partial<PromptRow>): Promise<void> {
    await db.updateTable('prompts').set(changes).where('id', '=', id).execute();
  },
  async remove(id: string): Promise<void> {
    await db.deleteFrom('prompts').where('id', '=', id).execute();
  },
});
