import type { Migration } from './migration.ts';

export const directories: Migration = {
  id: '0021-directories',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('scim_tokens')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('name', t.short, (c) => c.notNull())
        .addColumn('token_hash', t.hash, (c) => c.notNull())
        .addColumn('prefix', t.key, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('last_used_at', t.bigint)
        .execute(),
    (db) => db.schema.createIndex('scim_tokens_hash').on('scim_tokens').columns(['token_hash']).unique().execute(),

    (db, { t }) =>
      db.schema
        .createTable('scim_users')
        .addColumn('user_id', t.id, (c) => c.primaryKey())
        .addColumn('user_name', t.key, (c) => c.notNull())
        .addColumn('user_name_key', t.key, (c) => c.notNull())
        .addColumn('external_id', t.key)
        .addColumn('given_name', t.short)
        .addColumn('family_name', t.short)
        .addColumn('made_here', t.flag, (c) => c.notNull())
        .addForeignKeyConstraint('scim_users_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    (db) => db.schema.createIndex('scim_users_name').on('scim_users').columns(['user_name_key']).unique().execute(),
    (db) => db.schema.createIndex('scim_users_external').on('scim_users').columns(['external_id']).execute(),

    (db, { t }) =>
      db.schema
        .createTable('scim_groups')
        .addColumn('group_id', t.id, (c) => c.primaryKey())
        .addColumn('external_id', t.key)
        .addForeignKeyConstraint('scim_groups_group', ['group_id'], 'user_groups', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    (db) => db.schema.createIndex('scim_groups_external').on('scim_groups').columns(['external_id']).execute(),
  ],
};
