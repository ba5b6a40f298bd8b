import type { Migration } from './migration.ts';

export const permissionsAndUsage: Migration = {
  id: '0007-permissions-and-usage',
  steps: [
    // What a group allows its members beyond the defaults, which are a row of `settings`.
    (db, { t }) =>
      db.schema
        .createTable('group_permissions')
        .addColumn('group_id', t.id, (c) => c.notNull())
        .addColumn('permission', t.key, (c) => c.notNull())
        .addPrimaryKeyConstraint('group_permissions_pair', ['group_id', 'permission'])
        .addForeignKeyConstraint('group_permissions_group', ['group_id'], 'user_groups', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute(),
    (db, { t }) => db.schema.alterTable('user_quotas').addColumn('storage_bytes', t.bigint).execute(),
    (db, { t }) => db.schema.alterTable('group_quotas').addColumn('storage_bytes', t.bigint).execute(),

    (db, { t }) =>
      db.schema
        .createTable('quota_holds')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('day', t.key, (c) => c.notNull())
        .addColumn('tokens', t.bigint, (c) => c.notNull())
        .addColumn('owner', t.id, (c) => c.notNull())
        .addColumn('expires_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('quota_holds_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    (db) => db.schema.createIndex('quota_holds_expiry').on('quota_holds').columns(['expires_at']).execute(),
    (db) => db.schema.createIndex('quota_holds_owner').on('quota_holds').columns(['owner']).execute(),

    (db, { t }) =>
      db.schema
        .createTable('usage_models')
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('day', t.key, (c) => c.notNull())
        .addColumn('model', t.key, (c) => c.notNull())
        .addColumn('messages', t.bigint, (c) => c.notNull())
        .addColumn('prompt_tokens', t.bigint, (c) => c.notNull())
        .addColumn('completion_tokens', t.bigint, (c) => c.notNull())
        .addPrimaryKeyConstraint('usage_models_key', ['user_id', 'day', 'model'])
        .addForeignKeyConstraint('usage_models_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    (db) => db.schema.createIndex('usage_models_day').on('usage_models').columns(['day']).execute(),
  ],
};
