import type { Kysely } from 'kysely';
import type { DB } from '../../db/schema.ts';

export type FolderRow = DB['folders'];

export const createFolderRepository = (db: Kysely<DB>) => ({
  list: (userId: string): Promise<FolderRow[]> =>
    db.selectFrom('folders').selectAll().where('user_id', '=', userId).orderBy('id').execute(),

  find: (userId: string, id: string): Promise<FolderRow | undefined> =>
    db.selectFrom('folders').selectAll().where('id', '=', id).where('user_id', '=', userId).executeTakeFirst(),

  /** Inside a transaction, before anything is read: changes of this person's tree wait for its end. */
  async lock(userId: string): Promise<void> {
    await db
      .updateTable('users')
      .set((is) => ({ updated_at: is.ref('updated_at') }))
      .where('id', '=', userId)
      .execute();
  },

  async insert(row: FolderRow): Promise<void> {
    await db.insertInto('folders').values(row).execute();
  },

  async update(id: string, changes: Partial<Pick<FolderRow, 'name' | 'parent_id' | 'updated_at'>>): Promise<void> {
    await db.updateTable('folders').set(changes).where('id', '=', id).execute();
  },

  /** What lay in it lies where it lay. */
  async dissolve({ id, user_id, parent_id }: FolderRow): Promise<void> {
    await db
      .updateTable('conversations')
      .set({ folder_id: parent_id })
      .where('user_id', '=', user_id)
      .where('folder_id', '=', id)
      .execute();
    await db
      .updateTable('folders')
      .set({ parent_id })
      .where('user_id', '=', user_id)
      .where('parent_id', '=', id)
      .execute();
    await db.deleteFrom('folders').where('id', '=', id).execute();
  },
});
