import type { Kysely } from 'kysely';
import { compiled } from '../../db/compiled.ts';
import type { DB } from '../../db/schema.ts';
import type { ApiKeys, Users } from '../../db/schema-identity.ts';

export type KeyWithUser = { key: ApiKeys; user: Users };

const byHash = compiled((db, { hash }: { hash: string }) =>
  db
    .selectFrom('api_keys')
    .selectAll()
    .where((is) => is.or([is('key_hash', '=', hash), is('previous_hash', '=', hash)])),
);

const userById = compiled((db, { id }: { id: string }) => db.selectFrom('users').selectAll().where('id', '=', id));

export const createApiKeyRepository = (db: Kysely<DB>) => ({
  async insert(key: ApiKeys): Promise<void> {
    await db.insertInto('api_keys').values(key).execute();
  },
  owned: (userId: string, id: string): Promise<ApiKeys | undefined> =>
    db.selectFrom('api_keys').selectAll().where('user_id', '=', userId).where('id', '=', id).executeTakeFirst(),
  /** Newest first, past the key `before`. */
  list(userId: string, { limit, before }: { limit: number; before: string | undefined }): Promise<ApiKeys[]> {
    return db
      .selectFrom('api_keys')
      .selectAll()
      .where('user_id', '=', userId)
      .where((is) => (before === undefined ? is.lit(true) : is('id', '<', before)))
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
  },
  async count(userId: string): Promise<number> {
    const { n } = await db
      .selectFrom('api_keys')
      .select((is) => is.fn.countAll().as('n'))
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    return Number(n);
  },
  /** The key that has this hash now, or had it before its last rotation, with its person. */
  async byHash(hash: string): Promise<KeyWithUser | undefined> {
    const key = await byHash.first(db, { hash });
    if (!key) return undefined;
    const user = await userById.first(db, { id: key.user_id });
    return user && { key, user };
  },
  /** Replaces the hash, where it is still the one that was seen: of several at once, one rotates. */
  async rotate(
    { id, key_hash }: Pick<ApiKeys, 'id' | 'key_hash'>,
    changes: Pick<
      ApiKeys,
      'key_hash' | 'prefix' | 'issued_at' | 'expires_at' | 'previous_hash' | 'previous_expires_at'
    >,
  ): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('api_keys')
      .set(changes)
      .where('id', '=', id)
      .where('key_hash', '=', key_hash)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },
  async touch(id: string, at: number): Promise<void> {
    await db
      .updateTable('api_keys')
      .set({ last_used_at: at })
      .where('id', '=', id)
      .where((is) => is.or([is('last_used_at', 'is', null), is('last_used_at', '<', at)]))
      .execute();
  },
  /** Whether there was such a key of this person. */
  async delete(userId: string, id: string): Promise<boolean> {
    const { numDeletedRows } = await db
      .deleteFrom('api_keys')
      .where('user_id', '=', userId)
      .where('id', '=', id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  },
});
