import type { Migration, Step } from './migration.ts';

const index =
  (name: string, table: string, column: string): Step =>
  async (db) => {
    await db.schema.createIndex(name).on(table).columns([column]).execute();
  };

export const waysIn: Migration = {
  id: '0020-ways-in',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('identities')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('mark', t.hash, (c) => c.notNull())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('method', t.key, (c) => c.notNull())
        .addColumn('provider', t.key, (c) => c.notNull())
        .addColumn('issuer', t.text, (c) => c.notNull())
        .addColumn('subject', t.text, (c) => c.notNull())
        .addColumn('email', t.key)
        .addColumn('group_ids', t.text, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('last_used_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('identities_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    (db) => db.schema.createIndex('identities_mark').unique().on('identities').columns(['mark']).execute(),
    index('identities_owner', 'identities', 'user_id'),

    (db, { t }) =>
      db.schema
        .createTable('passkeys')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('credential_hash', t.hash, (c) => c.notNull())
        .addColumn('credential_id', t.text, (c) => c.notNull())
        .addColumn('public_key', t.text, (c) => c.notNull())
        .addColumn('counter', t.bigint, (c) => c.notNull())
        .addColumn('transports', t.text, (c) => c.notNull())
        .addColumn('backed_up', t.flag, (c) => c.notNull())
        .addColumn('name', t.key, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('last_used_at', t.bigint)
        .addForeignKeyConstraint('passkeys_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    (db) => db.schema.createIndex('passkeys_credential').unique().on('passkeys').columns(['credential_hash']).execute(),
    index('passkeys_owner', 'passkeys', 'user_id'),
    (db, { t }) =>
      db.schema
        .createTable('passkey_challenges')
        .addColumn('challenge_hash', t.hash, (c) => c.primaryKey())
        .addColumn('purpose', t.key, (c) => c.notNull())
        .addColumn('bound_hash', t.hash, (c) => c.notNull())
        .addColumn('expires_at', t.bigint, (c) => c.notNull())
        .execute(),
    index('passkey_challenges_end', 'passkey_challenges', 'expires_at'),

    (db, { t }) =>
      db.schema
        .createTable('sign_in_providers')
        .addColumn('id', t.key, (c) => c.primaryKey())
        .addColumn('settings', t.text, (c) => c.notNull())
        .addColumn('secret', t.text)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .execute(),
    (db, { t }) =>
      db.schema
        .createTable('oauth_flows')
        .addColumn('state_hash', t.hash, (c) => c.primaryKey())
        .addColumn('browser_hash', t.hash, (c) => c.notNull())
        .addColumn('provider', t.key, (c) => c.notNull())
        .addColumn('sealed', t.text, (c) => c.notNull())
        .addColumn('expires_at', t.bigint, (c) => c.notNull())
        .execute(),
    index('oauth_flows_end', 'oauth_flows', 'expires_at'),
    (db, { t }) =>
      db.schema
        .createTable('session_origins')
        .addColumn('session_id', t.id, (c) => c.primaryKey())
        .addColumn('provider', t.key, (c) => c.notNull())
        .addColumn('id_token', t.text, (c) => c.notNull())
        .addForeignKeyConstraint('session_origins_session', ['session_id'], 'sessions', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute(),
  ],
};
