import type { Kysely } from 'kysely';
import { compiled, insertRows } from '../../db/compiled.ts';
import type { DB } from '../../db/schema.ts';
import type { RefreshTokens } from '../../db/schema-identity.ts';

const byHash = compiled((db, { tokenHash }: { tokenHash: string }) =>
  db.selectFrom('refresh_tokens').selectAll().where('token_hash', '=', tokenHash),
);

export type RefreshRepository = ReturnType<typeof createRefreshRepository>;

export const createRefreshRepository = (db: Kysely<DB>) => ({
  find: (tokenHash: string): Promise<RefreshTokens | undefined> => byHash.first(db, { tokenHash }),

  insert: (token: RefreshTokens): Promise<void> => insertRows(db, 'refresh_tokens', [token]),

  /** The use of a session by its refresh token. First in a transaction: whoever ends the session at the same time waits here, not in a deadlock. */
  async continueSession(id: string, { at, idleExpiresAt }: { at: number; idleExpiresAt: number }): Promise<void> {
    await db
      .updateTable('sessions')
      .set({ last_seen_at: at, idle_expires_at: idleExpiresAt })
      .where('id', '=', id)
      .execute();
  },

  /** Whether this call was the one that used the token. */
  async use(tokenHash: string, at: number): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('refresh_tokens')
      .set({ used_at: at })
      .where('token_hash', '=', tokenHash)
      .where('used_at', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },

  async setCookieSecret(sessionId: string, tokenHash: string): Promise<void> {
    await db.updateTable('sessions').set({ token_hash: tokenHash }).where('id', '=', sessionId).execute();
  },

  async deleteExpired(at: number): Promise<void> {
    await db.deleteFrom('refresh_tokens').where('expires_at', '<=', at).execute();
  },
});
