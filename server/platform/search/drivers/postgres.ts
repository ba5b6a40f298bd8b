import { sql } from 'kysely';
import type { TermEngine } from './term-index.ts';

/** A GIN index over the terms as a tsvector, which PostgreSQL keeps as a generated column. */
export const postgresTerms = (kind: 'passage' | 'message'): TermEngine => ({
  age: sql`${sql.ref(`p.${kind}_id`)}`,
  source: sql`${sql.table(`${kind}_terms`)} as p`,
  has: (groups) =>
    sql`p.vector @@ to_tsquery('simple', ${groups.map((group) => `(${group.join(' | ')})`).join(' & ')})`,
});
