import { sql, type Kysely } from 'kysely';
import type { DB } from '../../../../db/schema.ts';
import type { VectorStore } from '../../driver.ts';

/** Deletes the tables of indexes that are no more, or those of `all`. */
export async function dropLeftOver(db: Kysely<DB>, which: 'of indexes that are no more' | 'all'): Promise<void> {
  const gone = sql`and not exists (
    select 1 from embedding_indexes as i where replace(i.id::text, '-', '') = substr(tablename, 9, 32))`;
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables
    where schemaname = current_schema() and tablename ~ '^vectors_[0-9a-f]{32}_[0-9]+$' ${which === 'all' ? sql`` : gone}`.execute(
    db,
  );
  for (const { name } of rows) await sql`drop table if exists ${sql.table(name)}`.execute(db);
}

/** A store that took pgvector's place in a PostgreSQL: what that kept is deleted when the lists are made to agree. */
export const inPlaceOfPgvector = (store: VectorStore, db: Kysely<DB>): VectorStore => ({
  ...store,
  async removeIndex(index) {
    await store.removeIndex(index);
    await dropLeftOver(db, 'all');
  },
  async reconcile(index, signal) {
    await store.reconcile(index, signal);
    await dropLeftOver(db, 'all');
  },
});
