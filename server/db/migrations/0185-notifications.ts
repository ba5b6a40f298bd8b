import type { Migration } from './migration.ts';

/** What people are told of, on all their devices. */
export const notifications: Migration = {
  id: '0185-notifications',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('notifications')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('cause', t.key, (c) => c.notNull())
        .addColumn('kind', t.key, (c) => c.notNull())
        .addColumn('target_kind', t.key)
        .addColumn('target_id', t.id)
        .addColumn('detail', t.text, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('read_at', t.bigint)
        .addForeignKeyConstraint('notifications_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    (db) =>
      db.schema.createIndex('notifications_cause').unique().on('notifications').columns(['user_id', 'cause']).execute(),
    (db) => db.schema.createIndex('notifications_list').on('notifications').columns(['user_id', 'id']).execute(),
    (db) => db.schema.createIndex('notifications_age').on('notifications').column('created_at').execute(),
  ],
};
