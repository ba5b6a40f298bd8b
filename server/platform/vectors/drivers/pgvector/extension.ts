import { sql, type Kysely } from 'kysely';
import type { DB } from '../../../../db/schema.ts';

/** Where filters and an index go together without losing what is looked for (iterative scans). */
const oldest = [0, 8] as const;

type Found = { installed: string | null; offered: string; may: boolean };

async function look(db: Kysely<DB>): Promise<Found | undefined> {
  const { rows } = await sql<Found>`
    select installed_version as installed, default_version as offered,
      has_schema_privilege(current_schema(), 'create') as may
    from pg_available_extensions where name = 'vector'`.execute(db);
  return rows[0];
}

/** pgvector in this PostgreSQL, made where it may be; or why it cannot be used, in words for who looks after the server. */
export async function findPgvector(db: Kysely<DB>): Promise<{ version: string } | { reason: string }> {
  const found = await look(db);
  if (!found) return { reason: 'the server does not have it (on Debian: postgresql-<version>-pgvector)' };
  if (!found.may) return { reason: 'the database’s user may not create tables' };
  const version = found.installed ?? found.offered;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major === oldest[0] && minor < oldest[1])
    return { reason: `version ${version} is too old, ${oldest.join('.')} or newer is needed` };
  if (found.installed !== null) return { version };
  try {
    await sql`create extension if not exists vector`.execute(db);
    return { version };
  } catch {
    // Another process may have been quicker.
    if ((await look(db))?.installed) return { version };
    return { reason: 'it is there but may not be created: run "create extension vector" in the database as superuser' };
  }
}
