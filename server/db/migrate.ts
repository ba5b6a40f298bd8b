import { sql, type Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { columnTypes } from './column-types.ts';
import type { Database } from './database.ts';
import type { Engine } from './dialect.ts';
import { timeouts } from './engines/postgres.ts';
import { migrations as allMigrations } from './migrations/index.ts';
import type { Migration, StepContext } from './migrations/migration.ts';
import type { DB } from './schema.ts';

type NamedStep = { name: string; run: (db: Kysely<unknown>) => Promise<unknown> };

/**
 * Brings the schema to today's. Safe to run from several processes at once (one does the work, the others wait) and
 * after a run that was killed at any point. Refuses a schema newer than this program.
 */
export async function migrate(
  { db, engine }: Database,
  migrations: readonly Migration[] = allMigrations,
): Promise<{ applied: number }> {
  const steps = namedSteps(engine, migrations);
  await refuseNewer(db, steps);
  const { error, results } = await db.connection().execute(async (connection) => {
    if (engine !== 'postgres') return migrator(connection, engine, steps).migrateToLatest();
    await sql.raw(timeouts.off).execute(connection);
    try {
      return await migrator(connection, engine, steps).migrateToLatest();
    } finally {
      await sql.raw(timeouts.on).execute(connection);
    }
  });
  if (error) {
    // Another process, newer than this one, may have migrated while this one waited for its turn.
    await refuseNewer(db, steps);
    throw error instanceof Error ? error : new Error('The migration failed.', { cause: error });
  }
  return { applied: results?.length ?? 0 };
}

/** What has been applied and what has not, in order. Changes nothing. */
export async function migrationStatus({
  db,
  engine,
}: Database): Promise<{ name: string; appliedAt: Date | undefined }[]> {
  const all = await migrator(db, engine, namedSteps(engine, allMigrations)).getMigrations();
  return all.map(({ name, executedAt }) => ({ name, appliedAt: executedAt }));
}

function namedSteps(engine: Engine, migrations: readonly Migration[]): NamedStep[] {
  const context: StepContext = { engine, t: columnTypes[engine] };
  return migrations.flatMap(({ id, steps }) =>
    steps.map((step, at) => ({
      name: `${id}-${String(at + 1).padStart(3, '0')}`,
      run: (db: Kysely<unknown>) => step(db, context),
    })),
  );
}

async function refuseNewer(db: Kysely<DB>, steps: readonly NamedStep[]): Promise<void> {
  const known = new Set(steps.map(({ name }) => name));
  const unknown = (await appliedNames(db)).find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new Error(
    `This data was made by a newer Carrel: it has the change "${unknown}", which this version does not know. ` +
      'Install that version or a later one, or go back to a backup made with this version.',
  );
}

async function appliedNames(db: Kysely<DB>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name);
}

function migrator(db: Kysely<DB>, engine: Engine, steps: readonly NamedStep[]): Migrator {
  let first = true;
  const entries = steps.map(({ name, run }) => {
    const up = async (schema: Kysely<unknown>): Promise<void> => {
      const mayBeDone = first && engine === 'mysql';
      first = false;
      try {
        await run(schema);
      } catch (error) {
        if (!mayBeDone || !isDoneAlready(error)) throw error;
      }
    };
    return [name, { up }] as const;
  });
  return new Migrator({ db, provider: { getMigrations: () => Promise.resolve(Object.fromEntries(entries)) } });
}

/**
 * MySQL commits each DDL by itself, so a run that was killed may have done a step without recording it; that step is the
 * first pending one of the next run. Table, column, key or constraint is there already, or gone already.
 */
const isDoneAlready = (error: unknown): boolean =>
  [1050, 1060, 1061, 1091, 1826].includes((error as { errno?: number }).errno ?? 0);
