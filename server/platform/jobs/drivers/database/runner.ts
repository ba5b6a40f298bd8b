import { retryConflicts } from '../../../../db/transaction.ts';
import { minutes, seconds, type Clock } from '../../../../lib/clock.ts';
import type { Logger } from '../../../../lib/logger.ts';
import type { EventBus } from '../../../events/driver.ts';
import type { JobContext } from '../../driver.ts';
import type { HeldJob, JobStore } from './store.ts';

/** Any handler, with its payload still as JSON. */
export type RawHandler = (payload: string, context: JobContext) => Promise<void>;

/** One job while it is run here. */
export type Run = {
  readonly job: HeldJob;
  /** Settles when the handler has ended and the outcome is stored, if it could be; never rejects. */
  readonly ended: Promise<void>;
  /** Extends the lease when a third of it has gone; aborts the handler when it is lost. Never rejects. */
  renew(): Promise<void>;
  /** Asks the handler to give up because the process stops: the job goes back without an attempt being counted. */
  stop(): void;
};

type Options = { store: JobStore; events: EventBus; logger: Logger; now: Clock; leaseMs: number };

/** 5 s, 20 s, 80 s … at most 10 minutes. */
export const pauseAfter = (attempt: number): number => Math.min(seconds(5) * 4 ** (attempt - 1), minutes(10));

export function startRun(job: HeldJob, handler: RawHandler, { store, events, logger, now, leaseMs }: Options): Run {
  const controller = new AbortController();
  const fields = { job_id: job.id, kind: job.kind, attempt: job.attempt };
  let renewedAt = now();
  let lost = false;
  let stopped = false;

  const lose = (): void => {
    lost = true;
    logger.warn(fields, 'lost the lease of a job; another worker may run it');
    controller.abort(new Error('The lease of this job was lost.'));
  };

  const progress = progressOf(job, { store, events, logger, now });
  const context: JobContext = {
    signal: controller.signal,
    progress: (fraction) => {
      if (!lost) progress(fraction);
    },
    attempt: job.attempt,
    lastAttempt: job.attempt >= job.maxAttempts,
  };

  async function settle(failure: { error: unknown } | undefined): Promise<void> {
    if (lost) return;
    if (!failure) {
      await store.finish(job, now());
      events.publish('job.progress', { job_id: job.id, kind: job.kind, progress: 1 });
    } else if (stopped) {
      await store.giveBack(job);
    } else if (context.lastAttempt) {
      logger.error({ ...fields, err: failure.error }, 'a job failed for good');
      await store.bury(job, now(), textOf(failure.error));
    } else {
      const pause = pauseAfter(job.attempt);
      logger.warn({ ...fields, err: failure.error, pause_ms: pause }, 'a job failed and will be tried again');
      await store.retry(job, now() + pause, textOf(failure.error));
    }
  }

  async function run(): Promise<void> {
    // Begins in a turn of its own: the caller must know of this run before the handler does anything.
    const failure = await Promise.resolve()
      .then(() => handler(job.payload, context))
      .then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
    // What could not be stored is run again when the lease ends.
    await retryConflicts(() => settle(failure)).catch((error: unknown) =>
      logger.error({ ...fields, err: error }, 'the outcome of a job could not be stored'),
    );
  }

  return {
    job,
    ended: run(),
    async renew() {
      const time = now();
      if (lost || time - renewedAt < leaseMs / 3) return;
      try {
        if (await store.renew(job, time + leaseMs)) renewedAt = time;
        else lose();
      } catch (error) {
        logger.warn({ ...fields, err: error }, 'the lease of a job could not be renewed');
        if (now() > renewedAt + leaseMs) lose();
      }
    },
    stop() {
      stopped = true;
      controller.abort(new Error('The process stops.'));
    },
  };
}

type ProgressOptions = Omit<Options, 'leaseMs'>;

/** Stores and publishes at most once a second; handlers may call it as often as they like. */
function progressOf(job: HeldJob, { store, events, logger, now }: ProgressOptions): (fraction: number) => void {
  let toldAt = -Infinity;
  return (fraction) => {
    if (now() - toldAt < seconds(1) || Number.isNaN(fraction)) return;
    toldAt = now();
    const progress = Math.min(Math.max(fraction, 0), 1);
    events.publish('job.progress', { job_id: job.id, kind: job.kind, progress });
    store
      .saveProgress(job, progress)
      .catch((error: unknown) => logger.debug({ err: error, job_id: job.id }, 'progress was not stored'));
  };
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 2000);
