import { sql, type Kysely } from 'kysely';
import type { Engine } from './dialect.ts';
import type { DB } from './schema.ts';

/**
 * Takes what was deleted out of what is kept beside the tables. SQLite overwrites deleted rows in its file, while its log has them as they
 * were: here it is carried over and emptied, unless somebody reads from it just then. The servers look after their own files.
 */
export async function wipeDeleted(db: Kysely<DB>, engine: Engine): Promise<void> {
  if (engine === 'sqlite') await sql`pragma wal_checkpoint(truncate)`.execute(db);
}
