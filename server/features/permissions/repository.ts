import type { Kysely } from 'kysely';
import { insertIfAbsent, upsert, type Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';

/** The row of `settings` that holds, as JSON, which defaults an admin has changed. */
const DEFAULTS = 'permissions.defaults';

export const createPermissionRepository = (db: Kysely<DB>, engine: Engine) => ({
  async defaults(): Promise<string | undefined> {
    return (await db.selectFrom('settings').select('value').where('key', '=', DEFAULTS).executeTakeFirst())?.value;
  },
  putDefaults: (value: string, at: number): Promise<void> =>
    upsert(db, engine, 'settings', { key: DEFAULTS, value, updated_at: at }, ['key'], ['value', 'updated_at']),

  async ofGroupsWith(userId: string): Promise<string[]> {
    const rows = await db
      .selectFrom('group_permissions')
      .innerJoin('group_members', 'group_members.group_id', 'group_permissions.group_id')
      .select('permission')
      .distinct()
      .where('user_id', '=', userId)
      .execute();
    return rows.map(({ permission }) => permission);
  },
  ofGroups: (ids: readonly string[]): Promise<{ group_id: string; permission: string }[]> =>
    ids.length === 0
      ? Promise.resolve([])
      : db.selectFrom('group_permissions').selectAll().where('group_id', 'in', ids).execute(),
  async allow(groupId: string, permission: string): Promise<void> {
    await insertIfAbsent(db, engine, 'group_permissions', { group_id: groupId, permission });
  },
  async withdraw(groupId: string, permission: string): Promise<void> {
    await db
      .deleteFrom('group_permissions')
      .where('group_id', '=', groupId)
      .where('permission', '=', permission)
      .execute();
  },
});
