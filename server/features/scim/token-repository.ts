import type { Kysely } from 'kysely';
import type { DB } from '../../db/schema.ts';
import type { ScimTokens } from '../../db/scim-tables.ts';

export const createScimTokenRepository = (db: Kysely<DB>) => ({
  list: (): Promise<ScimTokens[]> => db.selectFrom('scim_tokens').selectAll().orderBy('id', 'desc').execute(),
  find: (id: string): Promise<ScimTokens | undefined> =>
    db.selectFrom('scim_tokens').selectAll().where('id', '=', id).executeTakeFirst(),
  byHash: (hash: string): Promise<ScimTokens | undefined> =>
    db.selectFrom('scim_tokens').selectAll().where('token_hash', '=', hash).executeTakeFirst(),
  async insert(token: ScimTokens): Promise<void> {
    await db.insertInto('scim_tokens').values(token).execute();
  },
  async touch(id: string, at: number): Promise<void> {
    await db.updateTable('scim_tokens').set({ last_used_at: at }).where('id', '=', id).execute();
  },
  async delete(id: string): Promise<boolean> {
    const { numDeletedRows } = await db.deleteFrom('scim_tokens').where('id', '=', id).executeTakeFirst();
    return numDeletedRows > 0n;
  },
});
