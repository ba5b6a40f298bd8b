import { hours, type Clock } from '../../lib/clock.ts';
import type { JobQueue } from '../../platform/jobs/driver.ts';
import type { GenerationRepository } from './generation-repository.ts';

declare module '../../platform/jobs/driver.ts' {
  interface JobPayloads {
    'chat.forget-logs': Record<string, never>;
  }
}

/** The log of an answer and its Idempotency-Key are kept this long after its end. */
const KEPT_MS = hours(24);

export function registerChatJobs(
  jobs: JobQueue,
  { generations, now }: { generations: GenerationRepository; now: Clock },
): void {
  jobs.handle('chat.forget-logs', () => generations.forgetBefore(now() - KEPT_MS));
  jobs.schedule('chat.forget-logs', '17 * * * *', {});
}
