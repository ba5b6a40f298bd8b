import type { JobQueue } from '../../platform/jobs/driver.ts';
import type { FileService } from './service.ts';

declare module '../../platform/jobs/driver.ts' {
  interface JobPayloads {
    'file.read': { file_id: string };
    'files.sweep': Record<string, never>;
  }
}

export function registerFileJobs(jobs: JobQueue, files: FileService): void {
  jobs.handle('file.read', ({ file_id }, context) => files.read(file_id, context));
  jobs.handle('files.sweep', () => files.sweep());
  jobs.schedule('files.sweep', '17 * * * *', {});
}
