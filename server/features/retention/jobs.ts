import type { JobQueue } from '../../platform/jobs/driver.ts';
import type { RetentionService } from './service.ts';

declare module '../../platform/jobs/driver.ts' {
  interface JobPayloads {
    'retention.apply': Record<string, never>;
  }
}

/** Once a day, when few are at work (UTC). */
export function registerRetentionJobs(
  jobs: Pick<JobQueue, 'handle' | 'schedule'>,
  retention: Pick<RetentionService, 'apply'>,
): void {
  jobs.handle('retention.apply', (_, context) => retention.apply(context));
  jobs.schedule('retention.apply', '23 2 * * *', {});
}
