import type { Migration } from './migration.ts';

/** What memories mean, by the model that embeds passages. */
export const memoryVectors: Migration = {
  id: '0181-memory-vectors',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('memory_vectors')
        .addColumn('memory_id', t.id, (c) => c.primaryKey())
        .addColumn('model', t.key, (c) => c.notNull())
        .addColumn('content_key', t.key, (c) => c.notNull())
        .addColumn('vector', t.blob, (c) => c.notNull())
        .addForeignKeyConstraint('memory_vectors_memory', ['memory_id'], 'memories', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute(),
  ],
};
