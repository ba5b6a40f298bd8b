import type { Migration } from './migration.ts';

export const apiKeys: Migration = {
  id: '0003-api-keys',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('api_keys')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('name', t.short, (c) => c.notNull())
        .addColumn('prefix', t.key, (c) => c.notNull())
        .addColumn('key_hash', t.hash, (c) => c.notNull())
        .addColumn('scopes', t.text, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('issued_at', t.bigint, (c) => c.notNull())
        .addColumn('expires_at', t.bigint)
        .addColumn('last_used_at', t.bigint)
        .addColumn('previous_hash', t.hash)
        .addColumn('previous_expires_at', t.bigint)
        .addForeignKeyConstraint('api_keys_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    (db) => db.schema.createIndex('api_keys_hash').on('api_keys').columns(['key_hash']).unique().execute(),
    (db) => db.schema.createIndex('api_keys_previous').on('api_keys').columns(['previous_hash']).unique().execute(),
    (db) => db.schema.createIndex('api_keys_owner').on('api_keys').columns(['user_id']).execute(),
  ],
};
