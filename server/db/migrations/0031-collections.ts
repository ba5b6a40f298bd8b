import type { Migration, Step } from './migration.ts';

const unique =
  (name: string, table: string, columns: string[]): Step =>
  async (db) => {
    await db.schema.createIndex(name).on(table).columns(columns).unique().execute();
  };

const index =
  (name: string, table: string, columns: string[]): Step =>
  async (db) => {
    await db.schema.createIndex(name).on(table).columns(columns).execute();
  };

/** Files and web pages that belong together, and with whom they are shared. */
export const collections: Migration = {
  id: '0031-collections',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('collections')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('name', t.short, (c) => c.notNull())
        .addColumn('description', t.text, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('collections_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    index('collections_owner', 'collections', ['user_id']),
    (db, { t }) =>
      db.schema
        .createTable('collection_sources')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('collection_id', t.id, (c) => c.notNull())
        .addColumn('added_by', t.id, (c) => c.notNull())
        .addColumn('file_id', t.id)
        .addColumn('url', t.text)
        .addColumn('url_hash', t.hash)
        .addColumn('title', t.short, (c) => c.notNull())
        .addColumn('state', t.key, (c) => c.notNull())
        .addColumn('state_detail', t.text)
        .addColumn('fetched_at', t.bigint)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('collection_sources_of', ['collection_id'], 'collections', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .addForeignKeyConstraint('collection_sources_by', ['added_by'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .addForeignKeyConstraint('collection_sources_file', ['file_id'], 'files', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    unique('collection_sources_files', 'collection_sources', ['collection_id', 'file_id']),
    unique('collection_sources_urls', 'collection_sources', ['collection_id', 'url_hash']),
    index('collection_sources_file_at', 'collection_sources', ['file_id']),
    (db, { t }) =>
      db.schema
        .createTable('collection_shares')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('collection_id', t.id, (c) => c.notNull())
        .addColumn('user_id', t.id)
        .addColumn('group_id', t.id)
        .addColumn('access', t.key, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('collection_shares_of', ['collection_id'], 'collections', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .addForeignKeyConstraint('collection_shares_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .addForeignKeyConstraint('collection_shares_group', ['group_id'], 'user_groups', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute(),
    unique('collection_shares_people', 'collection_shares', ['collection_id', 'user_id']),
    unique('collection_shares_groups', 'collection_shares', ['collection_id', 'group_id']),
  ],
};
