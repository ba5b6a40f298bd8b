import type { Kysely } from 'kysely';
import { insertIfAbsent, type Engine } from '../../db/dialect.ts';
import type { DB, UserGroups } from '../../db/schema.ts';
import type { Users } from '../../db/schema-identity.ts';

export type GroupRow = UserGroups & { members: number };

const withCount = (db: Kysely<DB>) =>
  db
    .selectFrom('user_groups')
    .selectAll('user_groups')
    .select((is) =>
      is
        .selectFrom('group_members')
        .whereRef('group_members.group_id', '=', 'user_groups.id')
        .select((inner) => inner.fn.countAll().as('n'))
        .as('members'),
    );

export const createGroupRepository = (db: Kysely<DB>, engine: Engine) => ({
  async find(id: string): Promise<GroupRow | undefined> {
    const row = await withCount(db).where('id', '=', id).executeTakeFirst();
    return row && { ...row, members: Number(row.members) };
  },
  async existing(ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    return (await db.selectFrom('user_groups').select('id').where('id', 'in', ids).execute()).map(({ id }) => id);
  },
  /** Newest first, past the group `before`. */
  async list({ limit, before }: { limit: number; before: string | undefined }): Promise<GroupRow[]> {
    const rows = await withCount(db)
      .where((is) => (before === undefined ? is.lit(true) : is('id', '<', before)))
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ ...row, members: Number(row.members) }));
  },
  /** Fails with a unique violation where the name is taken. */
  async insert(group: UserGroups): Promise<void> {
    await db.insertInto('user_groups').values(group).execute();
  },
  async update(
    id: string,
    changes: Partial<Pick<UserGroups, 'name' | 'name_key' | 'description' | 'updated_at'>>,
  ): Promise<void> {
    await db.updateTable('user_groups').set(changes).where('id', '=', id).execute();
  },
  async delete(id: string): Promise<boolean> {
    const { numDeletedRows } = await db.deleteFrom('user_groups').where('id', '=', id).executeTakeFirst();
    return numDeletedRows > 0n;
  },

  members(groupId: string, { limit, before }: { limit: number; before: string | undefined }): Promise<Users[]> {
    return db
      .selectFrom('users')
      .innerJoin('group_members', 'group_members.user_id', 'users.id')
      .selectAll('users')
      .where('group_id', '=', groupId)
      .where((is) => (before === undefined ? is.lit(true) : is('users.id', '<', before)))
      .orderBy('users.id', 'desc')
      .limit(limit)
      .execute();
  },
  async hasUser(userId: string): Promise<boolean> {
    return (await db.selectFrom('users').select('id').where('id', '=', userId).executeTakeFirst()) !== undefined;
  },
  /** Whether the person was not a member before. */
  addMember: (groupId: string, userId: string, at: number): Promise<boolean> =>
    insertIfAbsent(db, engine, 'group_members', { group_id: groupId, user_id: userId, created_at: at }),
  async removeMember(groupId: string, userId: string): Promise<boolean> {
    const { numDeletedRows } = await db
      .deleteFrom('group_members')
      .where('group_id', '=', groupId)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  },
});
