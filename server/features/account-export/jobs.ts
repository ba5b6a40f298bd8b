import type { JobQueue } from '../../platform/jobs/driver.ts';
import type { AccountExportService } from './service.ts';

declare module '../../platform/jobs/driver.ts' {
  interface JobPayloads {
    'account.export': { user_id: string; id: string };
    'account.sweep': Record<string, never>;
  }
}

export function registerAccountExportJobs(
  jobs: Pick<JobQueue, 'handle' | 'schedule'>,
  exports: Pick<AccountExportService, 'make' | 'sweep'>,
): void {
  jobs.handle('account.export', (payload, context) => exports.make(payload, context));
  jobs.handle('account.sweep', () => exports.sweep());
  jobs.schedule('account.sweep', '41 * * * *', {});
}
