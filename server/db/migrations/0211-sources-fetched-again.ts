import type { Migration } from './migration.ts';

/** Web pages in collections are fetched again by themselves; what the site says of its version goes with the next request. */
export const sourcesFetchedAgain: Migration = {
  id: '0211-sources-fetched-again',
  steps: [
    (db, { t }) =>
      db.schema
        .alterTable('collection_sources')
        .addColumn('refresh', t.key, (c) => c.notNull().defaultTo('off'))
        .execute(),
    (db, { t }) => db.schema.alterTable('collection_sources').addColumn('due_at', t.bigint).execute(),
    (db, { t }) => db.schema.alterTable('collection_sources').addColumn('etag', t.text).execute(),
    (db, { t }) => db.schema.alterTable('collection_sources').addColumn('last_modified', t.text).execute(),
    (db) => db.schema.createIndex('collection_sources_due').on('collection_sources').columns(['due_at']).execute(),
  ],
};
