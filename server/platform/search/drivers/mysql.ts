import { sql } from 'kysely';
import type { AgedTermEngine } from './message-index.ts';

/** InnoDB's full-text index in boolean mode. Rows are found once their transaction has been committed. */
export const mysqlTerms = (kind: 'passage' | 'message'): AgedTermEngine => ({
  age: sql`${sql.ref(`p.${kind}_id`)}`,
  source: sql`${sql.table(`${kind}_terms`)} as p`,
  has: (groups) =>
    sql`match (p.terms) against (${groups.map((group) => (group.length === 1 ? `+${group.join('')}` : `+(${group.join(' ')})`)).join(' ')} in boolean mode)`,
});
