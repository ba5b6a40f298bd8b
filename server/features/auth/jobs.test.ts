import { expect, it } from 'vitest';
import type { JobHandler, JobQueue } from '../../platform/jobs/driver.ts';
import { registerAuthJobs } from './jobs.ts';

it('removes expired sessions every hour', async () => {
  const handlers = new Map<string, JobHandler<'session-cleanup'>>();
  const scheduled: string[][] = [];
  const jobs: Pick<JobQueue, 'handle' | 'schedule'> = {
    handle: (kind, handler) => void handlers.set(kind, handler as JobHandler<'session-cleanup'>),
    schedule: (kind, pattern) => void scheduled.push([kind, pattern]),
  };
  let runs = 0;
  registerAuthJobs(jobs, { removeExpiredSessions: () => Promise.resolve(void (runs += 1)) });
  expect(scheduled).toEqual([['session-cleanup', expect.stringMatching(/^\d+ \* \* \* \*$/)]]);
  const context = { signal: new AbortController().signal, progress: () => undefined, attempt: 1, lastAttempt: false };
  await handlers.get('session-cleanup')?.({}, context);
  expect(runs).toBe(1);
});
