import { sql, type Kysely } from 'kysely';
import { upsert, type Engine } from '../../db/dialect.ts';
import type { DB, UserGroups } from '../../db/schema.ts';
import type { Users } from '../../db/schema-identity.ts';
import type { ScimUsers } from '../../db/scim-tables.ts';
import type { Filter } from './filter.ts';
import { conditionOf, type Columns } from './filter-repository.ts';

export type ScimUserRow = Users & Omit<Nullable<ScimUsers>, 'user_id'>;
type Nullable<T> = { [K in keyof T]: T[K] | null };
export type ScimGroupRow = UserGroups & { external_id: string | null };
export type MemberRow = { id: string; name: string };
type PageOf = { offset: number; limit: number };

const userName = sql`coalesce(scim_users.user_name_key, users.email)`;

const userColumns: Columns = {
  id: { kind: 'id', ref: sql.ref('users.id') },
  externalid: { kind: 'exact', ref: sql.ref('scim_users.external_id') },
  username: { kind: 'key', ref: userName },
  displayname: { kind: 'text', ref: sql.ref('users.name') },
  'name.formatted': { kind: 'text', ref: sql.ref('users.name') },
  'name.givenname': { kind: 'text', ref: sql.ref('scim_users.given_name') },
  'name.familyname': { kind: 'text', ref: sql.ref('scim_users.family_name') },
  emails: { kind: 'key', ref: sql.ref('users.email') },
  'emails.value': { kind: 'key', ref: sql.ref('users.email') },
  'emails.type': { kind: 'always', value: 'work' },
  'emails.primary': { kind: 'always', value: true },
  active: { kind: 'flag', ref: sql.ref('users.is_active') },
  'meta.created': { kind: 'time', ref: sql.ref('users.created_at') },
  'meta.lastmodified': { kind: 'time', ref: sql.ref('users.updated_at') },
};

const memberOf = (group: 'user_groups.id', test: (ref: ReturnType<typeof sql.ref>) => unknown) =>
  sql<boolean>`exists (select 1 from group_members where group_members.group_id = ${sql.ref(group)} and ${test(sql.ref('group_members.user_id'))})`;

const groupColumns: Columns = {
  id: { kind: 'id', ref: sql.ref('user_groups.id') },
  externalid: { kind: 'exact', ref: sql.ref('scim_groups.external_id') },
  displayname: { kind: 'key', ref: sql.ref('user_groups.name_key') },
  members: { kind: 'rows', ref: sql.ref('user_groups.id'), has: (test) => memberOf('user_groups.id', test) },
  'members.value': { kind: 'rows', ref: sql.ref('user_groups.id'), has: (test) => memberOf('user_groups.id', test) },
  'meta.created': { kind: 'time', ref: sql.ref('user_groups.created_at') },
  'meta.lastmodified': { kind: 'time', ref: sql.ref('user_groups.updated_at') },
};

export const createScimRepository = (db: Kysely<DB>, engine: Engine) => {
  const users = () => db.selectFrom('users').leftJoin('scim_users', 'scim_users.user_id', 'users.id');
  const withNames = () =>
    users()
      .selectAll('users')
      .select(['user_name', 'user_name_key', 'external_id', 'given_name', 'family_name', 'made_here']);
  const groups = () => db.selectFrom('user_groups').leftJoin('scim_groups', 'scim_groups.group_id', 'user_groups.id');
  const count = sql<number>`count(*)`.as('n');

  return {
    user: (id: string): Promise<ScimUserRow | undefined> => withNames().where('users.id', '=', id).executeTakeFirst(),
    /** Who has this user name already, in whatever case; people whom no directory named go by their e-mail. */
    userNamed: (key: string): Promise<ScimUserRow | undefined> =>
      withNames().where(userName, '=', key).executeTakeFirst(),
    /** In the order in which they were made. */
    async users(filter: Filter | null, { offset, limit }: PageOf): Promise<{ total: number; rows: ScimUserRow[] }> {
      const condition = filter ? conditionOf(filter, userColumns) : sql<boolean>`1 = 1`;
      const { n } = await users().select(count).where(condition).executeTakeFirstOrThrow();
      if (limit === 0) return { total: Number(n), rows: [] };
      const rows = await withNames().where(condition).orderBy('users.id').limit(limit).offset(offset).execute();
      return { total: Number(n), rows };
    },
    putUser: (row: ScimUsers): Promise<void> =>
      upsert(
        db,
        engine,
        'scim_users',
        row,
        ['user_id'],
        ['user_name', 'user_name_key', 'external_id', 'given_name', 'family_name'],
      ),
    /** Fails with a unique violation where somebody else has the address. */
    async setEmail(id: string, email: string, at: number): Promise<void> {
      await db.updateTable('users').set({ email, email_verified: 1, updated_at: at }).where('id', '=', id).execute();
    },
    async touchUser(id: string, at: number): Promise<void> {
      await db.updateTable('users').set({ updated_at: at }).where('id', '=', id).execute();
    },
    async groupsOf(userIds: readonly string[]): Promise<{ user_id: string; id: string; name: string }[]> {
      if (userIds.length === 0) return [];
      return db
        .selectFrom('group_members')
        .innerJoin('user_groups', 'user_groups.id', 'group_members.group_id')
        .select(['group_members.user_id', 'user_groups.id', 'user_groups.name'])
        .where('group_members.user_id', 'in', userIds)
        .orderBy('user_groups.id')
        .execute();
    },
    async existingUsers(ids: readonly string[]): Promise<Set<string>> {
      const found = new Set<string>();
      for (let at = 0; at < ids.length; at += 500) {
        const rows = await db
          .selectFrom('users')
          .select('id')
          .where('id', 'in', ids.slice(at, at + 500))
          .execute();
        for (const { id } of rows) found.add(id);
      }
      return found;
    },

    group: (id: string): Promise<ScimGroupRow | undefined> =>
      groups().selectAll('user_groups').select('external_id').where('user_groups.id', '=', id).executeTakeFirst(),
    groupNamed: (key: string): Promise<ScimGroupRow | undefined> =>
      groups().selectAll('user_groups').select('external_id').where('name_key', '=', key).executeTakeFirst(),
    async groups(filter: Filter | null, { offset, limit }: PageOf): Promise<{ total: number; rows: ScimGroupRow[] }> {
      const condition = filter ? conditionOf(filter, groupColumns) : sql<boolean>`1 = 1`;
      const { n } = await groups().select(count).where(condition).executeTakeFirstOrThrow();
      if (limit === 0) return { total: Number(n), rows: [] };
      const rows = await groups()
        .selectAll('user_groups')
        .select('external_id')
        .where(condition)
        .orderBy('user_groups.id')
        .limit(limit)
        .offset(offset)
        .execute();
      return { total: Number(n), rows };
    },
    putGroup: (groupId: string, externalId: string | null): Promise<void> =>
      upsert(db, engine, 'scim_groups', { group_id: groupId, external_id: externalId }, ['group_id'], ['external_id']),
    members: (groupId: string): Promise<MemberRow[]> =>
      db
        .selectFrom('group_members')
        .innerJoin('users', 'users.id', 'group_members.user_id')
        .select(['users.id', 'users.name'])
        .where('group_id', '=', groupId)
        .orderBy('users.id')
        .execute(),
  };
};
