import { sql, type Kysely } from 'kysely';
import { containing } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';

export type ConversationRow = DB['conversations'];
export type ConversationPosition = readonly [updatedAt: number, id: string];
export type ConversationChanges = Partial<Omit<ConversationRow, 'id' | 'user_id' | 'created_at'>>;

export type ConversationRepository = ReturnType<typeof createConversationRepository>;

export function createConversationRepository(db: Kysely<DB>) {
  return {
    insert: async (row: ConversationRow): Promise<void> => {
      await db.insertInto('conversations').values(row).execute();
    },

    findOwned: (userId: string, id: string): Promise<ConversationRow | undefined> =>
      db.selectFrom('conversations').selectAll().where('id', '=', id).where('user_id', '=', userId).executeTakeFirst(),

    /** The most recently used first. */
    page: (
      userId: string,
      filter: { archived: boolean; q: string | null; after: ConversationPosition | null; limit: number },
    ): Promise<ConversationRow[]> => {
      const { after, q } = filter;
      let query = db
        .selectFrom('conversations')
        .selectAll()
        .where('user_id', '=', userId)
        .where('archived', '=', filter.archived ? 1 : 0);
      if (after)
        query = query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('updated_at', 'id'), '<', tuple(after[0], after[1])),
        );
      if (q) query = query.where(sql<boolean>`lower(title) like ${containing(q)} escape '!'`);
      return query.orderBy('updated_at', 'desc').orderBy('id', 'desc').limit(filter.limit).execute();
    },

    update: async (id: string, changes: ConversationChanges): Promise<void> => {
      await db.updateTable('conversations').set(changes).where('id', '=', id).execute();
    },

    delete: async (id: string): Promise<void> => {
      await db.deleteFrom('conversations').where('id', '=', id).execute();
    },
  };
}
