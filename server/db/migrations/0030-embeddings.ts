import type { Migration } from './migration.ts';

export const embeddings: Migration = {
  id: '0030-embeddings',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('embedding_indexes')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('model', t.key, (c) => c.notNull())
        .addColumn('state', t.key, (c) => c.notNull())
        .addColumn('error', t.short)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('activated_at', t.bigint)
        .execute(),
    // With the passage the row goes: what was read anew is not searched by the vectors of what stood there before.
    (db, { t }) =>
      db.schema
        .createTable('vector_files')
        .addColumn('index_id', t.id, (c) => c.notNull())
        .addColumn('file_id', t.id, (c) => c.notNull())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('first_passage', t.id, (c) => c.notNull())
        .addColumn('version', t.id, (c) => c.notNull())
        .addColumn('count', t.int, (c) => c.notNull())
        .addColumn('dimensions', t.int, (c) => c.notNull())
        .addColumn('codes', t.blob, (c) => c.notNull())
        .addPrimaryKeyConstraint('vector_files_key', ['index_id', 'file_id'])
        .addForeignKeyConstraint('vector_files_index', ['index_id'], 'embedding_indexes', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .addForeignKeyConstraint('vector_files_passage', ['first_passage'], 'passages', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute(),
    async (db) => {
      await db.schema.createIndex('vector_files_owner').on('vector_files').columns(['index_id', 'user_id']).execute();
    },
    async (db) => {
      await db.schema.createIndex('vector_files_first').on('vector_files').columns(['first_passage']).execute();
    },
    // Vectors outlive a new reading of their file, whose unchanged passages take them over; they go with the file.
    (db, { t }) =>
      db.schema
        .createTable('passage_vectors')
        .addColumn('index_id', t.id, (c) => c.notNull())
        .addColumn('place', t.key, (c) => c.notNull())
        .addColumn('file_id', t.id, (c) => c.notNull())
        .addColumn('hash', t.hash, (c) => c.notNull())
        .addColumn('vector', t.blob, (c) => c.notNull())
        .addPrimaryKeyConstraint('passage_vectors_key', ['index_id', 'place'])
        .addForeignKeyConstraint('passage_vectors_index', ['index_id'], 'embedding_indexes', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .addForeignKeyConstraint('passage_vectors_file', ['file_id'], 'files', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    async (db) => {
      await db.schema.createIndex('passage_vectors_hash').on('passage_vectors').columns(['index_id', 'hash']).execute();
    },
    async (db) => {
      await db.schema.createIndex('passage_vectors_file_of').on('passage_vectors').columns(['file_id']).execute();
    },
  ],
};
