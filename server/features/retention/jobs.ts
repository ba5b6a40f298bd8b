import type { JobQueue } from '../../platform/jobs/driver.ts';
import type { RetentionService } from './service.ts';

declare module '../../platform/jobs/driver.ts' {
  interface JobPayloads {
    'retention.apply': Record<string, never>;
    'retention.wipe': Record<string, never>;
  }
}

/** The rules once a day, when few are at work (UTC); what was deleted is gone from the files within twenty minutes. */
export function registerRetentionJobs(
  jobs: Pick<JobQueue, 'handle' | 'schedule'>,
  retention: Pick<RetentionService, 'apply'>,
  wipe: () => Promise<void>,
): void {
  jobs.handle('retention.apply', (_, context) => retention.apply(context));
  jobs.schedule('retention.apply', '23 2 * * *', {});
  jobs.handle('retention.wipe', wipe);
  jobs.schedule('retention.wipe', '*/20 * * * *', {});
}
