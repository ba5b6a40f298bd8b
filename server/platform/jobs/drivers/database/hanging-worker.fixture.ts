import { pino } from 'pino';
import { openDatabase } from '../../../../db/database.ts';
import { systemClock } from '../../../../lib/clock.ts';
import { createLocalEvents } from '../../../events/drivers/local.ts';
import { createDatabaseJobs } from './jobs.ts';

/** A worker process that begins a job, says so, and never ends it: for tests to kill. Its argument is the database's URL. */
const logger = pino({ level: 'silent' });
const database = openDatabase({ url: process.argv[2] ?? '', poolSize: 1, slowQueryMs: 60_000, logger });
const jobs = createDatabaseJobs({
  database,
  events: createLocalEvents({ logger }),
  logger,
  now: systemClock,
  pollMs: 10,
});
jobs.handle('test.note', () => {
  console.log('begun');
  return new Promise<void>(() => undefined);
});
jobs.start();
