import type { JobQueue } from '../../platform/jobs/driver.ts';
import type { FileHolders } from './holders.ts';
import type { FileService } from './service.ts';

declare module '../../platform/jobs/driver.ts' {
  interface JobPayloads {
    'file.read': { file_id: string };
    'files.sweep': Record<string, never>;
  }
}

export function registerFileJobs(jobs: JobQueue, files: FileService, holders: Pick<FileHolders, 'sweep'>): void {
  jobs.handle('file.read', ({ file_id }, context) => files.read(file_id, context));
  jobs.handle('files.sweep', async () => {
    await files.sweep();
    await holders.sweep();
  });
  jobs.schedule('files.sweep', '17 * * * *', {});
}
