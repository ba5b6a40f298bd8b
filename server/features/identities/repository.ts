import type { Kysely } from 'kysely';
import type { DB, Identities } from '../../db/schema.ts';
import type { Users } from '../../db/schema-identity.ts';

export const createIdentityRepository = (db: Kysely<DB>) => ({
  user: (id: string): Promise<Users | undefined> =>
    db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst(),
  userByEmail: (email: string): Promise<Users | undefined> =>
    db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst(),
  async isUsername(key: string): Promise<boolean> {
    return (await db.selectFrom('users').select('id').where('username_key', '=', key).executeTakeFirst()) !== undefined;
  },

  byMark: (mark: string): Promise<Identities | undefined> =>
    db.selectFrom('identities').selectAll().where('mark', '=', mark).executeTakeFirst(),
  find: (userId: string, id: string): Promise<Identities | undefined> =>
    db.selectFrom('identities').selectAll().where('user_id', '=', userId).where('id', '=', id).executeTakeFirst(),
  of: (userId: string): Promise<Identities[]> =>
    db.selectFrom('identities').selectAll().where('user_id', '=', userId).orderBy('id').execute(),
  /** Fails with a unique violation where the mark is somebody's. */
  async insert(row: Identities): Promise<void> {
    await db.insertInto('identities').values(row).execute();
  },
  async update(id: string, changes: Pick<Identities, 'email' | 'group_ids' | 'last_used_at'>): Promise<void> {
    await db.updateTable('identities').set(changes).where('id', '=', id).execute();
  },
  async delete(id: string): Promise<boolean> {
    const { numDeletedRows } = await db.deleteFrom('identities').where('id', '=', id).executeTakeFirst();
    return numDeletedRows === 1n;
  },

  /** Holds the person's row, so that of two who each take a way in away the second sees what the first left. */
  async lockUser(id: string): Promise<void> {
    await db
      .updateTable('users')
      .set((is) => ({ updated_at: is.ref('updated_at') }))
      .where('id', '=', id)
      .execute();
  },
  /** How many ways in a person has. */
  async waysIn(userId: string): Promise<number> {
    const [user, identities, passkeys] = [
      await db.selectFrom('users').select('password_hash').where('id', '=', userId).executeTakeFirst(),
      await db.selectFrom('identities').select('id').where('user_id', '=', userId).execute(),
      await db.selectFrom('passkeys').select('id').where('user_id', '=', userId).execute(),
    ];
    return (user?.password_hash == null ? 0 : 1) + identities.length + passkeys.length;
  },

  /** Groups whose names these are, in lower case. */
  async groupsNamed(keys: readonly string[]): Promise<string[]> {
    if (keys.length === 0) return [];
    return (await db.selectFrom('user_groups').select('id').where('name_key', 'in', keys).execute()).map(
      ({ id }) => id,
    );
  },
});
