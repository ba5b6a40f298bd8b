import type { Migration } from './migration.ts';

export const profiles: Migration = {
  id: '0011-profiles',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('profiles')
        .addColumn('user_id', t.id, (c) => c.primaryKey())
        .addColumn('full_name', t.short)
        .addColumn('phone', t.key)
        .addColumn('bio', t.text)
        .addColumn('timezone', t.key)
        .addColumn('language', t.key)
        .addColumn('preferences', t.text, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('profiles_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
  ],
};
