import type { Migration, Step } from './migration.ts';

const index =
  (name: string, table: string, column: string): Step =>
  async (db) => {
    await db.schema.createIndex(name).on(table).columns([column]).execute();
  };

export const mailAndSecondFactor: Migration = {
  id: '0004-mail-and-second-factor',
  steps: [
    (db, { t }) => db.schema.alterTable('users').addColumn('second_factor_at', t.bigint).execute(),

    (db, { t }) =>
      db.schema
        .createTable('mail_tokens')
        .addColumn('token_hash', t.hash, (c) => c.primaryKey())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('kind', t.key, (c) => c.notNull())
        .addColumn('email', t.key, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('expires_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('mail_tokens_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    index('mail_tokens_owner', 'mail_tokens', 'user_id'),
    (db, { t }) =>
      db.schema
        .createTable('sent_mails')
        .addColumn('id', t.key, (c) => c.primaryKey())
        .addColumn('sent_at', t.bigint, (c) => c.notNull())
        .execute(),
    (db, { t }) =>
      db.schema
        .createTable('known_devices')
        .addColumn('mark', t.hash, (c) => c.primaryKey())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('seen_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('known_devices_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    index('known_devices_owner', 'known_devices', 'user_id'),

    (db, { t }) =>
      db.schema
        .createTable('second_factors')
        .addColumn('user_id', t.id, (c) => c.primaryKey())
        .addColumn('secret', t.short, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('confirmed_at', t.bigint)
        .addColumn('last_step', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('second_factors_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    (db, { t }) =>
      db.schema
        .createTable('backup_codes')
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('code_hash', t.key, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addPrimaryKeyConstraint('backup_codes_pk', ['user_id', 'code_hash'])
        .addForeignKeyConstraint('backup_codes_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    (db, { t }) =>
      db.schema
        .createTable('factor_failures')
        .addColumn('user_id', t.id, (c) => c.primaryKey())
        .addColumn('failures', t.int, (c) => c.notNull())
        .addColumn('last_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('factor_failures_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    (db, { t }) =>
      db.schema
        .createTable('login_challenges')
        .addColumn('challenge_hash', t.hash, (c) => c.primaryKey())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('client_hash', t.hash, (c) => c.notNull())
        .addColumn('remember', t.flag, (c) => c.notNull())
        .addColumn('expires_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('login_challenges_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    index('login_challenges_owner', 'login_challenges', 'user_id'),
  ],
};
