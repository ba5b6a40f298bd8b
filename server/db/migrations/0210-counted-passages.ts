import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** How many passages each file has, and how many tokens: to count the rows was the dearest part of a search. */
export const countedPassages: Migration = {
  id: '0210-counted-passages',
  steps: [
    (db, { t }) => db.schema.alterTable('passages').addColumn('tokens', t.int).execute(),
    (db, { t }) => db.schema.alterTable('files').addColumn('passage_count', t.int).execute(),
    (db, { t }) => db.schema.alterTable('files').addColumn('passage_tokens', t.int).execute(),
    async (db) => {
      await sql`update files set passage_count = (select count(*) from passages where passages.file_id = files.id)`.execute(
        db,
      );
    },
    (db) => db.schema.createIndex('files_passages').on('files').columns(['user_id', 'passage_count']).execute(),
  ],
};
