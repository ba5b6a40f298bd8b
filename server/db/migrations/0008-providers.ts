import type { Migration } from './migration.ts';

export const providers: Migration = {
  id: '0008-providers',
  steps: [
    // Without an address a row holds what an admin has said about a provider that comes from elsewhere.
    (db, { t }) =>
      db.schema
        .createTable('providers')
        .addColumn('id', t.key, (c) => c.primaryKey())
        .addColumn('kind', t.key, (c) => c.notNull())
        .addColumn('name', t.short, (c) => c.notNull())
        .addColumn('base_url', t.text)
        .addColumn('api_key', t.text)
        .addColumn('headers', t.text)
        .addColumn('enabled', t.flag, (c) => c.notNull())
        .addColumn('timeout_ms', t.int)
        .addColumn('models', t.text)
        .addColumn('display_names', t.text, (c) => c.notNull())
        .addColumn('prices', t.text, (c) => c.notNull())
        .addColumn('group_ids', t.text)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .execute(),
    (db, { t }) =>
      db.schema
        .createTable('group_models')
        .addColumn('group_id', t.id, (c) => c.primaryKey())
        .addColumn('default_model', t.short, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('group_models_group', ['group_id'], 'user_groups', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute(),
    // No foreign key: providers that come from the environment have no row.
    (db, { t }) =>
      db.schema
        .createTable('model_pulls')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('provider_id', t.key, (c) => c.notNull())
        .addColumn('model', t.key, (c) => c.notNull())
        .addColumn('state', t.key, (c) => c.notNull())
        .addColumn('status', t.short, (c) => c.notNull())
        .addColumn('completed', t.bigint)
        .addColumn('total', t.bigint)
        .addColumn('error', t.short)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .addColumn('finished_at', t.bigint)
        .execute(),
    async (db) => {
      await db.schema.createIndex('model_pulls_of').on('model_pulls').columns(['provider_id', 'id']).execute();
    },
  ],
};
