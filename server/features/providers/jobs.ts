import type { JobQueue } from '../../platform/jobs/driver.ts';
import type { PullService } from './pulls.ts';

declare module '../../platform/jobs/driver.ts' {
  interface JobPayloads {
    'model.pull': { pull_id: string };
  }
}

export function registerProviderJobs(jobs: JobQueue, pulls: PullService): void {
  jobs.handle('model.pull', ({ pull_id }, context) => pulls.run(pull_id, context));
}
