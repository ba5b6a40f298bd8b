import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/**
 * PostgreSQL takes a word that stands nearly everywhere for cheap, as the first rows of the table will do, and reads the terms of
 * each from where long values lie: a hundred times as dear as it thinks. A function may say for itself that the index is asked.
 */
export const passagesByWords: Migration = {
  id: '0212-passages-by-words',
  steps: [
    async (db, { engine }) => {
      if (engine !== 'postgres') return;
      await sql`
        create or replace function passages_with(words text, most integer) returns setof uuid
        language sql stable set enable_seqscan = off
        as 'select passage_id from passage_terms where vector @@ to_tsquery(''simple'', words) limit most'`.execute(db);
    },
    // A question weighs hundreds of vectors: each lies in its row, and need not be looked up elsewhere.
    async (db, { engine }) => {
      if (engine !== 'postgres') return;
      await sql`alter table passage_vectors alter column vector set storage main`.execute(db);
    },
  ],
};
