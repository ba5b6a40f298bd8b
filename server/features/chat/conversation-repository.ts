import { sql, type Insertable, type Kysely } from 'kysely';
import { compiled, insertRows, updateRow } from '../../db/compiled.ts';
import { containing } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';

export type ConversationRow = DB['conversations'];
export type ConversationPosition = readonly [updatedAt: number, id: string];
export type ConversationChanges = Partial<Omit<ConversationRow, 'id' | 'user_id' | 'created_at'>>;

type ConversationFilter = {
  archived: boolean;
  q: string | null;
  folder: string | null;
  tag: string | null;
  after: ConversationPosition | null;
  limit: number;
};

const owned = compiled((db, { userId, id }: { userId: string; id: string }) =>
  db.selectFrom('conversations').selectAll().where('id', '=', id).where('user_id', '=', userId),
);

export type ConversationRepository = ReturnType<typeof createConversationRepository>;

export function createConversationRepository(db: Kysely<DB>) {
  return {
    insert: (row: Insertable<ConversationRow>): Promise<void> => insertRows(db, 'conversations', [row]),

    findOwned: (userId: string, id: string): Promise<ConversationRow | undefined> => owned.first(db, { userId, id }),

    /** The most recently used first. */
    page: (userId: string, filter: ConversationFilter): Promise<ConversationRow[]> => {
      const { after, q, folder, tag } = filter;
      let query = db
        .selectFrom('conversations')
        .selectAll()
        .where('user_id', '=', userId)
        .where('archived', '=', filter.archived ? 1 : 0);
      if (after)
        query = query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('updated_at', 'id'), '<', tuple(after[0], after[1])),
        );
      if (folder !== null)
        query = query.where('folder_id', folder === 'none' ? 'is' : '=', folder === 'none' ? null : folder);
      // JSON writes a tag between quotes, so that no other tag contains it.
      if (tag !== null)
        query = query.where(sql<boolean>`lower(tags) like lower(${containing(JSON.stringify(tag))}) escape '!'`);
      if (q) query = query.where(sql<boolean>`lower(title) like lower(${containing(q)}) escape '!'`);
      return query.orderBy('updated_at', 'desc').orderBy('id', 'desc').limit(filter.limit).execute();
    },

    /** All of somebody's, those made last first: an order that nothing changes meanwhile. */
    made: (userId: string, before: string | undefined, limit: number): Promise<ConversationRow[]> => {
      let query = db.selectFrom('conversations').selectAll().where('user_id', '=', userId);
      if (before !== undefined) query = query.where('id', '<', before);
      return query.orderBy('id', 'desc').limit(limit).execute();
    },

    /** Those of the ids that are this person's. */
    owned: (userId: string, ids: readonly string[]): Promise<ConversationRow[]> =>
      db.selectFrom('conversations').selectAll().where('id', 'in', ids).where('user_id', '=', userId).execute(),

    /** The tags of each conversation that has any. */
    tags: async (userId: string): Promise<string[]> => {
      const rows = await db
        .selectFrom('conversations')
        .select('tags')
        .where('user_id', '=', userId)
        .where('tags', 'is not', null)
        .execute();
      return rows.flatMap(({ tags }) => tags ?? []);
    },

    update: (id: string, changes: ConversationChanges): Promise<void> => updateRow(db, 'conversations', id, changes),

    /** False where a person has named it, or it is gone. */
    nameUnlessNamed: async (id: string, title: string): Promise<boolean> => {
      const { numUpdatedRows } = await db
        .updateTable('conversations')
        .set({ title })
        .where('id', '=', id)
        .where('title_by_user', '=', 0)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    delete: async (id: string): Promise<void> => {
      await db.deleteFrom('conversations').where('id', '=', id).execute();
    },
  };
}
