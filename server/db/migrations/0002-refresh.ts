import type { Migration } from './migration.ts';

/** Refresh tokens in families (one a session), and the networks that somebody has signed in from. */
export const refresh: Migration = {
  id: '0002-refresh',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('refresh_tokens')
        .addColumn('token_hash', t.hash, (c) => c.primaryKey())
        .addColumn('session_id', t.id, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('expires_at', t.bigint, (c) => c.notNull())
        .addColumn('used_at', t.bigint)
        .addForeignKeyConstraint('refresh_tokens_session', ['session_id'], 'sessions', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute(),
    async (db) => {
      await db.schema.createIndex('refresh_tokens_family').on('refresh_tokens').columns(['session_id']).execute();
    },
    async (db) => {
      await db.schema.createIndex('refresh_tokens_expiry').on('refresh_tokens').columns(['expires_at']).execute();
    },
    (db, { t }) =>
      db.schema
        .createTable('known_networks')
        .addColumn('mark', t.hash, (c) => c.primaryKey())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('seen_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('known_networks_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    async (db) => {
      await db.schema.createIndex('known_networks_owner').on('known_networks').columns(['user_id']).execute();
    },
  ],
};
