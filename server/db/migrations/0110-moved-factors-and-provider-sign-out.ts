import type { Migration } from './migration.ts';

/** A second factor on its way to a new phone; and what it takes for a provider to end the sessions that began there. */
export const movedFactorsAndProviderSignOut: Migration = {
  id: '0110-moved-factors-and-provider-sign-out',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('factor_moves')
        .addColumn('user_id', t.id, (c) => c.primaryKey())
        .addColumn('secret', t.short, (c) => c.notNull())
        .addColumn('expires_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('factor_moves_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    (db, { t }) => db.schema.alterTable('session_origins').addColumn('sid_hash', t.hash).execute(),
    (db) => db.schema.createIndex('session_origins_sid').on('session_origins').columns(['sid_hash']).execute(),
    (db, { t }) =>
      db.schema
        .createTable('logout_tokens')
        .addColumn('jti_hash', t.hash, (c) => c.primaryKey())
        .addColumn('expires_at', t.bigint, (c) => c.notNull())
        .execute(),
  ],
};
