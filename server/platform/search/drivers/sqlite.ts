import { sql, type RawBuilder } from 'kysely';
import type { TermGroup } from '../driver.ts';
import type { AgedTermEngine } from './message-index.ts';

/** FTS5 beside the rows, kept in step by triggers. */
export const sqliteTerms = (kind: 'passage' | 'message'): AgedTermEngine => ({
  age: sql`i.rowid`,
  source: sql`${sql.table(`${kind}_index`)} as i cross join ${sql.table(`${kind}_terms`)} as p on p.row_id = i.rowid`,
  apart: {
    named: (groups, limit) =>
      sql`select i.rowid as name from ${sql.table(`${kind}_index`)} as i where ${has(kind, groups)} limit ${sql.lit(limit)}`,
    row: sql`t.row_id`,
  },
  has: (groups) => has(kind, groups),
});

const has = (kind: 'passage' | 'message', groups: readonly TermGroup[]): RawBuilder<unknown> =>
  sql`${sql.ref(`i.${kind}_index`)} match ${groups.map((group) => `(${group.join(' OR ')})`).join(' AND ')}`;
