import type { Kysely } from 'kysely';
import type { DB } from '../../db/schema.ts';
import type { MailTokens, Users } from '../../db/schema-identity.ts';

export const createRecoveryRepository = (db: Kysely<DB>) => ({
  userByEmail: (email: string): Promise<Users | undefined> =>
    db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst(),
  userById: (id: string): Promise<Users | undefined> =>
    db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst(),

  async insertToken(token: MailTokens): Promise<void> {
    await db.insertInto('mail_tokens').values(token).execute();
  },
  liveToken: (hash: string, kind: MailTokens['kind'], at: number): Promise<MailTokens | undefined> =>
    db
      .selectFrom('mail_tokens')
      .selectAll()
      .where('token_hash', '=', hash)
      .where('kind', '=', kind)
      .where('expires_at', '>', at)
      .executeTakeFirst(),
  tokensSince: (userId: string, kind: MailTokens['kind'], since: number): Promise<{ created_at: number }[]> =>
    db
      .selectFrom('mail_tokens')
      .select('created_at')
      .where('user_id', '=', userId)
      .where('kind', '=', kind)
      .where('created_at', '>', since)
      .orderBy('created_at', 'desc')
      .execute(),
  /** Whether it was still there: of two at once, one is told so. */
  async takeToken(hash: string): Promise<boolean> {
    const { numDeletedRows } = await db.deleteFrom('mail_tokens').where('token_hash', '=', hash).executeTakeFirst();
    return numDeletedRows === 1n;
  },
  async deleteTokens(userId: string, kind: MailTokens['kind']): Promise<void> {
    await db.deleteFrom('mail_tokens').where('user_id', '=', userId).where('kind', '=', kind).execute();
  },
  async deleteExpired(at: number): Promise<void> {
    await db.deleteFrom('mail_tokens').where('expires_at', '<=', at).execute();
    await db.deleteFrom('login_challenges').where('expires_at', '<=', at).execute();
  },

  async markVerified(userId: string, email: string, at: number): Promise<void> {
    await db
      .updateTable('users')
      .set({ email_verified: 1, updated_at: at })
      .where('id', '=', userId)
      .where('email', '=', email)
      .execute();
  },
  async setPassword(userId: string, hash: string, at: number): Promise<void> {
    await db.updateTable('users').set({ password_hash: hash, updated_at: at }).where('id', '=', userId).execute();
  },
  /** Sign-ins that gave the old password and wait for their code. */
  async endChallenges(userId: string): Promise<void> {
    await db.deleteFrom('login_challenges').where('user_id', '=', userId).execute();
  },
});
