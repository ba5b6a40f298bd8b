import type { Config } from '../config.ts';
import { openDatabase } from '../db/database.ts';
import { migrate, migrationStatus } from '../db/migrate.ts';
import { createLogger } from '../lib/logger.ts';

const SLOW_STEP_MS = 60_000;

/** `migrate` and `migrate status`. */
export async function migrateCommand(config: Config, [word, ...more]: string[]): Promise<number> {
  if (more.length > 0 || (word !== undefined && word !== 'status')) {
    process.stderr.write('migrate takes nothing after it, or status.\n');
    return 64;
  }
  const logger = createLogger(config.log);
  const database = openDatabase({ url: config.database.migrateUrl, poolSize: 1, slowQueryMs: SLOW_STEP_MS, logger });
  try {
    if (word === 'status') {
      for (const { name, appliedAt } of await migrationStatus(database)) {
        process.stdout.write(`${name}  ${appliedAt ? `applied ${appliedAt.toISOString()}` : 'not applied'}\n`);
      }
      return 0;
    }
    const { applied } = await migrate(database);
    process.stdout.write(
      applied === 0
        ? 'The database is up to date.\n'
        : `${applied} ${applied === 1 ? 'step' : 'steps'} applied. The database is up to date.\n`,
    );
    return 0;
  } finally {
    await database.close();
  }
}
