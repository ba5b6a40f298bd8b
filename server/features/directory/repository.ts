import { sql, type Kysely } from 'kysely';
import type { Directory } from '../../../shared/api/directory.ts';
import { containing } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';

const LIMIT = 20;

/** Names and ids, and nothing else that would say more of somebody. */
export const createDirectoryRepository = (db: Kysely<DB>) => ({
  users: (q: string, but: string): Promise<Directory['users']> =>
    db
      .selectFrom('users')
      .select(['id', 'name'])
      .where('is_active', '=', 1)
      .where('role', '!=', 'pending')
      .where('id', '!=', but)
      .where(sql<boolean>`lower(name) like lower(${containing(q)}) escape '!'`)
      .orderBy('name')
      .orderBy('id')
      .limit(LIMIT)
      .execute(),
  groups: (q: string): Promise<Directory['groups']> =>
    db
      .selectFrom('user_groups')
      .select(['id', 'name'])
      .where(sql<boolean>`name_key like ${containing(q.toLowerCase())} escape '!'`)
      .orderBy('name_key')
      .limit(LIMIT)
      .execute(),
});
