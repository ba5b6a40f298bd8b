import type { JobQueue } from '../../platform/jobs/driver.ts';
import type { EmbeddingService } from './service.ts';

declare module '../../platform/jobs/driver.ts' {
  interface JobPayloads {
    'embeddings.build': { index_id: string };
    'embeddings.file': { file_id: string };
    'embeddings.clean': Record<string, never>;
    'embeddings.catch-up': Record<string, never>;
    'database.statistics': { filled: boolean };
  }
}

export function registerEmbeddingJobs(
  jobs: JobQueue,
  embeddings: EmbeddingService,
  refreshStatistics: (filled: boolean) => Promise<void>,
): void {
  jobs.handle('embeddings.build', ({ index_id }, context) => embeddings.build(index_id, context));
  jobs.handle('embeddings.file', ({ file_id }, context) => embeddings.addFile(file_id, context));
  jobs.handle('embeddings.clean', (_, context) => embeddings.clean(context));
  jobs.handle('embeddings.catch-up', () => embeddings.catchUp());
  // A model that was away for longer than a job is tried again gets the rest of its work here.
  jobs.schedule('embeddings.catch-up', '*/30 * * * *', {});
  // What was taken in since may ask for other plans.
  jobs.handle('database.statistics', ({ filled }) => refreshStatistics(filled));
  jobs.schedule('database.statistics', '9,39 * * * *', { filled: false });
}

/** At the start. */
export const startEmbeddings = (jobs: JobQueue): Promise<void> =>
  jobs.enqueue('embeddings.catch-up', {}, { dedupeKey: 'embeddings.catch-up' });
