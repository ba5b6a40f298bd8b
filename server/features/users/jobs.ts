import type { JobQueue } from '../../platform/jobs/driver.ts';
import type { UserService } from './service.ts';

declare module '../../platform/jobs/driver.ts' {
  interface JobPayloads {
    'users.purge': { user_id: string };
  }
}

export function registerUserJobs(jobs: Pick<JobQueue, 'handle'>, users: Pick<UserService, 'purge'>): void {
  jobs.handle('users.purge', ({ user_id }) => users.purge(user_id));
}
