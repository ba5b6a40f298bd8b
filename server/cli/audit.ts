import type { Config } from '../config.ts';
import { openDatabase } from '../db/database.ts';
import { createTransactor } from '../db/transaction.ts';
import { createAuditService } from '../features/audit/service.ts';
import { systemClock } from '../lib/clock.ts';
import { createLogger } from '../lib/logger.ts';

const SLOW_MS = 60_000;

/** `audit verify`: 0 when the log is whole, 1 when it is not. */
export async function auditCommand(config: Config, [word, ...more]: string[]): Promise<number> {
  if (word !== 'verify' || more.length > 0) {
    process.stderr.write('audit takes one word after it: verify.\n');
    return 64;
  }
  const logger = createLogger(config.log);
  const database = openDatabase({ url: config.database.url, poolSize: 1, slowQueryMs: SLOW_MS, logger });
  try {
    const audit = createAuditService({
      db: database.db,
      inTransaction: createTransactor(database),
      context: () => undefined,
      logger,
      now: systemClock,
    });
    const { ok, entries, broken_at, head_hash } = await audit.verify();
    process.stdout.write(
      ok
        ? `The audit log is whole: ${entries} entries, the last with the hash ${head_hash}.\n`
        : `The audit log is NOT whole: entry ${broken_at} is missing or was changed.\n`,
    );
    return ok ? 0 : 1;
  } finally {
    await database.close();
  }
}
