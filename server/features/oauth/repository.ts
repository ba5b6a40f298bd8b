import type { Kysely } from 'kysely';
import { insertIfAbsent, isUniqueViolation, upsert, type Engine } from '../../db/dialect.ts';
import type { DB, LogoutTokens, OauthFlows, SessionOrigins, SignInProviders } from '../../db/schema.ts';

export const createOauthRepository = (db: Kysely<DB>, engine: Engine) => ({
  providers: (): Promise<SignInProviders[]> => db.selectFrom('sign_in_providers').selectAll().orderBy('id').execute(),
  provider: (id: string): Promise<SignInProviders | undefined> =>
    db.selectFrom('sign_in_providers').selectAll().where('id', '=', id).executeTakeFirst(),
  /** False where the id is taken. */
  async insertProvider(row: SignInProviders): Promise<boolean> {
    try {
      await db.insertInto('sign_in_providers').values(row).execute();
      return true;
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  },
  async updateProvider({ id, ...changes }: Omit<SignInProviders, 'created_at'>): Promise<void> {
    await db.updateTable('sign_in_providers').set(changes).where('id', '=', id).execute();
  },
  async deleteProvider(id: string): Promise<boolean> {
    const { numDeletedRows } = await db.deleteFrom('sign_in_providers').where('id', '=', id).executeTakeFirst();
    return numDeletedRows === 1n;
  },

  async putFlow(row: OauthFlows, at: number): Promise<void> {
    await db.deleteFrom('oauth_flows').where('expires_at', '<=', at).execute();
    await db.insertInto('oauth_flows').values(row).execute();
  },
  flow: (hash: string, at: number): Promise<OauthFlows | undefined> =>
    db
      .selectFrom('oauth_flows')
      .selectAll()
      .where('state_hash', '=', hash)
      .where('expires_at', '>', at)
      .executeTakeFirst(),
  /** Whether it was still there: of many who come back with it, one is told so. */
  async takeFlow(hash: string): Promise<boolean> {
    const { numDeletedRows } = await db.deleteFrom('oauth_flows').where('state_hash', '=', hash).executeTakeFirst();
    return numDeletedRows === 1n;
  },

  putOrigin: (row: SessionOrigins): Promise<void> =>
    upsert(db, engine, 'session_origins', row, ['session_id'], ['provider', 'id_token', 'sid_hash']),
  origin: (sessionId: string): Promise<SessionOrigins | undefined> =>
    db.selectFrom('session_origins').selectAll().where('session_id', '=', sessionId).executeTakeFirst(),
  /** Sessions here that began by one session there, or by a person's account there; with both, by both. */
  async sessionsFrom(provider: string, by: { sidHash: string | null; userId: string | null }) {
    const { sidHash, userId } = by;
    return db
      .selectFrom('session_origins')
      .innerJoin('sessions', 'sessions.id', 'session_origins.session_id')
      .select(['sessions.id', 'sessions.user_id'])
      .where('session_origins.provider', '=', provider)
      .$if(sidHash !== null, (query) => query.where('session_origins.sid_hash', '=', sidHash))
      .$if(userId !== null, (query) => query.where('sessions.user_id', '=', String(userId)))
      .execute();
  },
  /** Whether it was not taken before. */
  async takeLogoutToken(row: LogoutTokens, at: number): Promise<boolean> {
    await db.deleteFrom('logout_tokens').where('expires_at', '<=', at).execute();
    return insertIfAbsent(db, engine, 'logout_tokens', row);
  },
  async giveBackLogoutToken(hash: string): Promise<void> {
    await db.deleteFrom('logout_tokens').where('jti_hash', '=', hash).execute();
  },
});
export type OauthRepository = ReturnType<typeof createOauthRepository>;
