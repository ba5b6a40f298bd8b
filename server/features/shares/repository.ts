import type { Kysely } from 'kysely';
import type { DB } from '../../db/schema.ts';

export type ShareRow = DB['share_links'];

export const createShareRepository = (db: Kysely<DB>) => ({
  async insert(row: ShareRow): Promise<void> {
    await db.insertInto('share_links').values(row).execute();
  },

  /** With the name of who shared it, as long as that person may work here. */
  byToken: (hash: string): Promise<(ShareRow & { name: string }) | undefined> =>
    db
      .selectFrom('share_links')
      .innerJoin('users', 'users.id', 'share_links.user_id')
      .selectAll('share_links')
      .select('users.name')
      .where('token_hash', '=', hash)
      .where('users.is_active', '=', 1)
      .executeTakeFirst(),

  of: (conversationId: string): Promise<ShareRow[]> =>
    db
      .selectFrom('share_links')
      .selectAll()
      .where('conversation_id', '=', conversationId)
      .orderBy('id', 'desc')
      .execute(),

  /** By its token's hash or, for a link whose token is forgotten, its id. */
  async removeOwn(userId: string, by: { hash: string } | { id: string }): Promise<ShareRow | undefined> {
    const row = await db
      .selectFrom('share_links')
      .selectAll()
      .where('user_id', '=', userId)
      .where('hash' in by ? 'token_hash' : 'id', '=', 'hash' in by ? by.hash : by.id)
      .executeTakeFirst();
    if (row) await db.deleteFrom('share_links').where('id', '=', row.id).execute();
    return row;
  },
});
