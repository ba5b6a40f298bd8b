import { compose } from '../compose.ts';
import type { Config } from '../config.ts';
import { createLogger } from '../lib/logger.ts';

/** `eval`: asks the questions again whose answers were rated down, and says how many find something else now. */
export async function evalCommand(config: Config): Promise<number> {
  const carrel = await compose(config, createLogger({ ...config.log, level: 'error' }));
  try {
    const found = await carrel.services.knowledge.saved.summary();
    const lines = [
      ['Questions rated down', found.questions],
      ['find the same passages', found.unchanged],
      ['find the same best one', found.same_best],
      ['found nothing, and do now', found.newly_found],
      ['find nothing any more', found.lost],
    ] as const;
    for (const [what, count] of lines) process.stdout.write(`${what.padEnd(28)} ${count}\n`);
    return 0;
  } finally {
    await carrel.close();
  }
}
