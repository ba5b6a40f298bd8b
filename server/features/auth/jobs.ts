import type { JobQueue } from '../../platform/jobs/driver.ts';
import type { AuthService } from './service.ts';

declare module '../../platform/jobs/driver.ts' {
  interface JobPayloads {
    'session-cleanup': Record<string, never>;
  }
}

/** Removes sessions whose time is over, every hour. Before the queue starts. */
export function registerAuthJobs(
  jobs: Pick<JobQueue, 'handle' | 'schedule'>,
  auth: Pick<AuthService, 'removeExpiredSessions'>,
): void {
  jobs.handle('session-cleanup', async () => {
    await auth.removeExpiredSessions();
  });
  jobs.schedule('session-cleanup', '17 * * * *', {});
}
