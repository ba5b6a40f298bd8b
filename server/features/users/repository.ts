import { sql, type Kysely } from 'kysely';
import { containing } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import type { Users } from '../../db/schema-identity.ts';
import type { Role } from '../../../shared/permissions.ts';

export type UserFilter = { q?: string | undefined; role?: Role | undefined; isActive?: boolean | undefined };

/** A row that is always there once there is an admin; its lock puts changes of who is admin in a line. */
const LOCK_KEY = 'setup.done';

export const createUserRepository = (db: Kysely<DB>) => ({
  find: (id: string): Promise<Users | undefined> =>
    db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst(),

  /** Newest first, past the person `before`. */
  list(
    { q, role, isActive }: UserFilter,
    { limit, before }: { limit: number; before: string | undefined },
  ): Promise<Users[]> {
    let query = db.selectFrom('users').selectAll();
    if (q) {
      const has = (column: string) => sql<boolean>`lower(${sql.ref(column)}) like lower(${containing(q)}) escape '!'`;
      query = query.where((is) => is.or(['email', 'name', 'username'].map(has)));
    }
    if (role !== undefined) query = query.where('role', '=', role);
    if (isActive !== undefined) query = query.where('is_active', '=', isActive ? 1 : 0);
    if (before !== undefined) query = query.where('id', '<', before);
    return query.orderBy('id', 'desc').limit(limit).execute();
  },

  /** Inside a transaction, before anything is read: others that would change admins wait for its end. */
  async lockAdmins(): Promise<void> {
    await db
      .updateTable('settings')
      .set((is) => ({ updated_at: is.ref('updated_at') }))
      .where('key', '=', LOCK_KEY)
      .execute();
  },
  async otherAdmins(id: string): Promise<number> {
    const { n } = await db
      .selectFrom('users')
      .select((is) => is.fn.countAll().as('n'))
      .where('role', '=', 'admin')
      .where('is_active', '=', 1)
      .where('id', '!=', id)
      .executeTakeFirstOrThrow();
    return Number(n);
  },

  async update(id: string, changes: Partial<Pick<Users, 'role' | 'is_active' | 'name' | 'updated_at'>>): Promise<void> {
    await db.updateTable('users').set(changes).where('id', '=', id).execute();
  },
  /** With everything that hangs on the person in the database. */
  async delete(id: string): Promise<void> {
    await db.deleteFrom('users').where('id', '=', id).execute();
  },
  async runningGenerations(userId: string): Promise<string[]> {
    const rows = await db
      .selectFrom('generations')
      .select('id')
      .where('user_id', '=', userId)
      .where('status', '=', 'running')
      .execute();
    return rows.map(({ id }) => id);
  },
});
