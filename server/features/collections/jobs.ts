import type { JobQueue } from '../../platform/jobs/driver.ts';
import type { SourceService } from './sources.ts';

declare module '../../platform/jobs/driver.ts' {
  interface JobPayloads {
    'collection.fetch': { source_id: string };
    'collection.refresh': Record<string, never>;
  }
}

export function registerCollectionJobs(jobs: JobQueue, sources: SourceService): void {
  jobs.handle('collection.fetch', ({ source_id }, context) => sources.fetch(source_id, context));
  jobs.handle('collection.refresh', () => sources.refreshDue());
  jobs.schedule('collection.refresh', '*/10 * * * *', {});
}
