import type { Kysely } from 'kysely';
import { isUniqueViolation, upsert, type Engine } from '../../db/dialect.ts';
import type { DB, OauthFlows, SessionOrigins, SignInProviders } from '../../db/schema.ts';

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
    upsert(db, engine, 'session_origins', row, ['session_id'], ['provider', 'id_token']),
  origin: (sessionId: string): Promise<SessionOrigins | undefined> =>
    db.selectFrom('session_origins').selectAll().where('session_id', '=', sessionId).executeTakeFirst(),
});
export type OauthRepository = ReturnType<typeof createOauthRepository>;
