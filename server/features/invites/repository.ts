import type { Kysely } from 'kysely';
import type { DB, Invites } from '../../db/schema.ts';

export const createInviteRepository = (db: Kysely<DB>) => ({
  async insert(invite: Invites): Promise<void> {
    await db.insertInto('invites').values(invite).execute();
  },
  find: (id: string): Promise<Invites | undefined> =>
    db.selectFrom('invites').selectAll().where('id', '=', id).executeTakeFirst(),
  byHash: (hash: string): Promise<Invites | undefined> =>
    db.selectFrom('invites').selectAll().where('code_hash', '=', hash).executeTakeFirst(),
  /** Newest first, past the invite `before`. */
  list({ limit, before }: { limit: number; before: string | undefined }): Promise<Invites[]> {
    return db
      .selectFrom('invites')
      .selectAll()
      .where((is) => (before === undefined ? is.lit(true) : is('id', '<', before)))
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
  },
  /** One statement looks and takes, so that of any number at once no more than `max_uses` are let in. */
  async takeUse(id: string, at: number): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('invites')
      .set((is) => ({ uses: is('uses', '+', 1) }))
      .where('id', '=', id)
      .whereRef('uses', '<', 'max_uses')
      .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', at)]))
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },
  async delete(id: string): Promise<boolean> {
    const { numDeletedRows } = await db.deleteFrom('invites').where('id', '=', id).executeTakeFirst();
    return numDeletedRows > 0n;
  },
});
