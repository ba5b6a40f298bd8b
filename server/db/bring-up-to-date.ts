import type { Config } from '../config.ts';
import type { Logger } from '../lib/logger.ts';
import { openDatabase, type Database } from './database.ts';
import { migrate } from './migrate.ts';

/** The database, with the schema that this program knows. */
export async function openUpToDate(config: Config, logger: Logger): Promise<Database> {
  const { url, poolSize, slowQueryMs } = config.database;
  const database = openDatabase({ url, poolSize, slowQueryMs, logger });
  await bringUpToDate(database, config, logger);
  return database;
}

/** Migrates, with the address that may change the schema where there is one of its own. */
async function bringUpToDate(
  database: Database,
  { database: { url, migrateUrl } }: Config,
  logger: Logger,
): Promise<void> {
  const owner =
    migrateUrl === url ? database : openDatabase({ url: migrateUrl, poolSize: 1, slowQueryMs: 60_000, logger });
  try {
    const { applied } = await migrate(owner);
    if (applied) logger.info({ applied }, 'the database was brought up to date');
  } finally {
    if (owner !== database) await owner.close();
  }
}
