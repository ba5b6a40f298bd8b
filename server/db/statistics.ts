import { sql, type Kysely } from 'kysely';
import type { Engine } from './dialect.ts';
import type { DB } from './schema.ts';

/** Tables that an import or a new index fills in one go. */
const filledAtOnce = ['files', 'passages', 'passage_terms', 'vector_files', 'passage_vectors'];

/**
 * Lets the engine look at how much is in the tables of passages, by which it plans its queries. SQLite never does by itself: it
 * looks at a sample of each. PostgreSQL does in its own time, which is late for what was just filled: then it is told (`filled`).
 * MySQL keeps count as it goes.
 */
export async function refreshStatistics(db: Kysely<DB>, engine: Engine, filled: boolean): Promise<void> {
  if (engine === 'sqlite') {
    // Rows read of each index: a moment's work, however many there are.
    await sql`pragma analysis_limit = 1000`.execute(db);
    for (const table of filledAtOnce) await sql`analyze ${sql.table(table)}`.execute(db);
  }
  if (engine === 'postgres' && filled)
    await sql`analyze ${sql.join(filledAtOnce.map((table) => sql.table(table)))}`.execute(db);
}
