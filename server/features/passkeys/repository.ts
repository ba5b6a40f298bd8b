import type { Kysely } from 'kysely';
import type { DB, PasskeyChallenges, Passkeys } from '../../db/schema.ts';
import type { Users } from '../../db/schema-identity.ts';

export const createPasskeyRepository = (db: Kysely<DB>) => ({
  user: (id: string): Promise<Users | undefined> =>
    db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst(),

  of: (userId: string): Promise<Passkeys[]> =>
    db.selectFrom('passkeys').selectAll().where('user_id', '=', userId).orderBy('id').execute(),
  find: (userId: string, id: string): Promise<Passkeys | undefined> =>
    db.selectFrom('passkeys').selectAll().where('user_id', '=', userId).where('id', '=', id).executeTakeFirst(),
  byCredential: (hash: string): Promise<Passkeys | undefined> =>
    db.selectFrom('passkeys').selectAll().where('credential_hash', '=', hash).executeTakeFirst(),
  /** Fails with a unique violation where the credential is somebody's. */
  async insert(row: Passkeys): Promise<void> {
    await db.insertInto('passkeys').values(row).execute();
  },
  async rename(userId: string, id: string, name: string): Promise<void> {
    await db.updateTable('passkeys').set({ name }).where('user_id', '=', userId).where('id', '=', id).execute();
  },
  /** Notes a use. Whether the counter was still what it was: of two uses of one counter, one is told so. */
  async use(
    { id, counter: seen }: Passkeys,
    { counter, at, backedUp }: { counter: number; at: number; backedUp: boolean },
  ): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('passkeys')
      .set({ counter, last_used_at: at, backed_up: backedUp ? 1 : 0 })
      .where('id', '=', id)
      .where('counter', '=', seen)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  },
  async delete(id: string): Promise<boolean> {
    const { numDeletedRows } = await db.deleteFrom('passkeys').where('id', '=', id).executeTakeFirst();
    return numDeletedRows === 1n;
  },

  async putChallenge(row: PasskeyChallenges, at: number): Promise<void> {
    await db.deleteFrom('passkey_challenges').where('expires_at', '<=', at).execute();
    await db.insertInto('passkey_challenges').values(row).execute();
  },
  /** Whether it was there for this, and had time left; then it is gone. */
  async takeChallenge(
    { challenge_hash, purpose, bound_hash }: Omit<PasskeyChallenges, 'expires_at'>,
    at: number,
  ): Promise<boolean> {
    const { numDeletedRows } = await db
      .deleteFrom('passkey_challenges')
      .where('challenge_hash', '=', challenge_hash)
      .where('purpose', '=', purpose)
      .where('bound_hash', '=', bound_hash)
      .where('expires_at', '>', at)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  },
});
