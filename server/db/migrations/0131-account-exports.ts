import type { Migration } from './migration.ts';

/** Files with everything in an account, for its owner. */
export const accountExports: Migration = {
  id: '0131-account-exports',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('account_exports')
        .addColumn('user_id', t.id, (c) => c.primaryKey())
        .addColumn('id', t.id, (c) => c.notNull())
        .addColumn('status', t.key, (c) => c.notNull())
        .addColumn('progress', t.real, (c) => c.notNull())
        .addColumn('size', t.bigint)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('expires_at', t.bigint)
        .addForeignKeyConstraint('account_exports_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
  ],
};
