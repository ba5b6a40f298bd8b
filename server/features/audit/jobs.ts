import type { JobQueue } from '../../platform/jobs/driver.ts';

declare module '../../platform/jobs/driver.ts' {
  interface JobPayloads {
    'audit.export-days': Record<string, never>;
  }
}

export const exportDays = 'audit.export-days';

/** At midnight UTC. A few minutes later, in truth: what was written down in the last moment of a day is stored by then. */
export function registerAuditJobs(
  jobs: Pick<JobQueue, 'handle' | 'schedule'>,
  exportMissing: () => Promise<void>,
): void {
  jobs.handle(exportDays, exportMissing);
  jobs.schedule(exportDays, '3 0 * * *', {});
}
