import { sql } from 'kysely';
import type { AgedTermEngine } from './message-index.ts';

/** FTS5 beside the rows, kept in step by triggers. */
export const sqliteTerms = (kind: 'passage' | 'message'): AgedTermEngine => ({
  age: sql`i.rowid`,
  source: sql`${sql.table(`${kind}_index`)} as i cross join ${sql.table(`${kind}_terms`)} as p on p.row_id = i.rowid`,
  apart: { source: sql`${sql.table(`${kind}_index`)} as i`, key: sql`i.rowid`, row: sql`t.row_id` },
  has: (groups) =>
    sql`${sql.ref(`i.${kind}_index`)} match ${groups.map((group) => `(${group.join(' OR ')})`).join(' AND ')}`,
});
