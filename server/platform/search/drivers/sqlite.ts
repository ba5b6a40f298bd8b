import { sql } from 'kysely';
import type { TermEngine } from './term-index.ts';

/** FTS5 beside the rows, kept in step by triggers. */
export const sqliteTerms: TermEngine = {
  source: sql`passage_index as i cross join passage_terms as p on p.row_id = i.rowid`,
  has: (groups) => sql`i.passage_index match ${groups.map((group) => `(${group.join(' OR ')})`).join(' AND ')}`,
};
