import type { Migration, Step } from './migration.ts';

const index =
  (name: string, table: string, columns: string[]): Step =>
  async (db) => {
    await db.schema.createIndex(name).on(table).columns(columns).execute();
  };

export const governance: Migration = {
  id: '0005-governance',
  steps: [
    // No foreign keys: the log outlives those it speaks of.
    (db, { t }) =>
      db.schema
        .createTable('audit_log')
        .addColumn('seq', t.bigint, (c) => c.primaryKey())
        .addColumn('id', t.id, (c) => c.notNull())
        .addColumn('at', t.bigint, (c) => c.notNull())
        .addColumn('actor_id', t.id)
        .addColumn('actor_name', t.short)
        .addColumn('action', t.key, (c) => c.notNull())
        .addColumn('target_kind', t.key)
        .addColumn('target_id', t.key)
        .addColumn('target_name', t.short)
        .addColumn('ip', t.key)
        .addColumn('user_agent', t.short)
        .addColumn('request_id', t.key)
        .addColumn('detail', t.text, (c) => c.notNull())
        .addColumn('prev_hash', t.hash, (c) => c.notNull())
        .addColumn('hash', t.hash, (c) => c.notNull())
        .execute(),
    index('audit_log_actor', 'audit_log', ['actor_id', 'seq']),
    index('audit_log_action', 'audit_log', ['action', 'seq']),
    index('audit_log_at', 'audit_log', ['at']),
    // Where the chain ends: one row, whose lock puts writers of all processes in a line.
    (db, { t }) =>
      db.schema
        .createTable('audit_head')
        .addColumn('id', t.int, (c) => c.primaryKey())
        .addColumn('seq', t.bigint, (c) => c.notNull())
        .addColumn('hash', t.hash, (c) => c.notNull())
        .execute(),
    async (db) => {
      await db.deleteFrom('audit_head').execute();
      await db
        .insertInto('audit_head')
        .values({ id: 1, seq: 0, hash: '0'.repeat(64) })
        .execute();
    },

    (db, { t }) =>
      db.schema
        .createTable('invites')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('code_hash', t.hash, (c) => c.notNull())
        .addColumn('code_hint', t.key, (c) => c.notNull())
        .addColumn('created_by', t.id)
        .addColumn('email', t.key)
        .addColumn('role', t.key, (c) => c.notNull())
        .addColumn('max_uses', t.int, (c) => c.notNull())
        .addColumn('uses', t.int, (c) => c.notNull())
        .addColumn('group_ids', t.text, (c) => c.notNull())
        .addColumn('expires_at', t.bigint)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('invites_creator', ['created_by'], 'users', ['id'], (c) => c.onDelete('set null'))
        .execute(),
    (db) => db.schema.createIndex('invites_code').on('invites').columns(['code_hash']).unique().execute(),

    // `groups` is a reserved word of MySQL.
    (db, { t }) =>
      db.schema
        .createTable('user_groups')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('name', t.short, (c) => c.notNull())
        .addColumn('name_key', t.key, (c) => c.notNull())
        .addColumn('description', t.short, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .execute(),
    (db) => db.schema.createIndex('user_groups_name').on('user_groups').columns(['name_key']).unique().execute(),
    (db, { t }) =>
      db.schema
        .createTable('group_members')
        .addColumn('group_id', t.id, (c) => c.notNull())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addPrimaryKeyConstraint('group_members_pair', ['group_id', 'user_id'])
        .addForeignKeyConstraint('group_members_group', ['group_id'], 'user_groups', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .addForeignKeyConstraint('group_members_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    index('group_members_of', 'group_members', ['user_id']),

    (db, { t }) =>
      db.schema
        .createTable('user_quotas')
        .addColumn('user_id', t.id, (c) => c.primaryKey())
        .addColumn('messages_per_day', t.bigint)
        .addColumn('tokens_per_day', t.bigint)
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('user_quotas_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    (db, { t }) =>
      db.schema
        .createTable('group_quotas')
        .addColumn('group_id', t.id, (c) => c.primaryKey())
        .addColumn('messages_per_day', t.bigint)
        .addColumn('tokens_per_day', t.bigint)
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('group_quotas_group', ['group_id'], 'user_groups', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute(),
    (db, { t }) =>
      db.schema
        .createTable('usage_days')
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('day', t.key, (c) => c.notNull())
        .addColumn('messages', t.bigint, (c) => c.notNull())
        .addColumn('tokens', t.bigint, (c) => c.notNull())
        .addPrimaryKeyConstraint('usage_days_pair', ['user_id', 'day'])
        .addForeignKeyConstraint('usage_days_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
  ],
};
