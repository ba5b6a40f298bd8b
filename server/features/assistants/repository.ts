import { sql, type Kysely } from 'kysely';
import type { Assistants, AssistantShares } from '../../db/assistant-tables.ts';
import { containing } from '../../db/dialect.ts';
import { readableCollections, usableAssistants } from '../../db/readable.ts';
import type { DB } from '../../db/schema.ts';
import type { Subject } from '../../../shared/api/collections.ts';

export type AssistantRow = Assistants & { owner_name: string };

export const createAssistantRepository = (db: Kysely<DB>) => {
  const usable = (userId: string) =>
    usableAssistants(db, userId)
      .innerJoin('users', 'users.id', 'assistants.user_id')
      .selectAll('assistants')
      .select('users.name as owner_name');

  return {
    /** Newest first. */
    list(
      userId: string,
      { q, before, limit }: { q: string | undefined; before: string | undefined; limit: number },
    ): Promise<AssistantRow[]> {
      let query = usable(userId);
      if (q) {
        const has = (column: string) => sql<boolean>`lower(${sql.ref(column)}) like lower(${containing(q)}) escape '!'`;
        query = query.where((is) => is.or(['assistants.name', 'assistants.description'].map(has)));
      }
      if (before !== undefined) query = query.where('assistants.id', '<', before);
      return query.orderBy('assistants.id', 'desc').limit(limit).execute();
    },

    find: (userId: string, id: string): Promise<AssistantRow | undefined> =>
      usable(userId).where('assistants.id', '=', id).executeTakeFirst(),

    async countOwned(userId: string): Promise<number> {
      const row = await db
        .selectFrom('assistants')
        .select((e) => e.fn.countAll<number | string>().as('n'))
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return Number(row?.n ?? 0);
    },

    async insert(row: Assistants): Promise<void> {
      await db.insertInto('assistants').values(row).execute();
    },
    async update(id: string, changes: Partial<Assistants>): Promise<void> {
      await db.updateTable('assistants').set(changes).where('id', '=', id).execute();
    },
    async remove(id: string): Promise<void> {
      await db.deleteFrom('assistants').where('id', '=', id).execute();
    },

    /** Those of these collections that the person may read. */
    async readable(userId: string, collectionIds: readonly string[]): Promise<ReadonlySet<string>> {
      if (collectionIds.length === 0) return new Set();
      const rows = await readableCollections(db, userId).where('collections.id', 'in', collectionIds).execute();
      return new Set(rows.map(({ id }) => id));
    },

    shares: (assistantId: string) =>
      db
        .selectFrom('assistant_shares')
        .leftJoin('users', 'users.id', 'assistant_shares.user_id')
        .leftJoin('user_groups', 'user_groups.id', 'assistant_shares.group_id')
        .select([
          'assistant_shares.user_id',
          'assistant_shares.group_id',
          'users.name as user_name',
          'user_groups.name as group_name',
        ])
        .where('assistant_shares.assistant_id', '=', assistantId)
        .orderBy('assistant_shares.id')
        .execute(),

    /** Fails with a unique violation where it is shared so already. */
    async addShare(row: AssistantShares): Promise<void> {
      await db.insertInto('assistant_shares').values(row).execute();
    },

    /** Whether there was one. */
    async removeShare(assistantId: string, { user_id, group_id }: Subject): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('assistant_shares')
        .where('assistant_id', '=', assistantId)
        .where(user_id ? 'user_id' : 'group_id', '=', user_id ?? group_id ?? '')
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
};
