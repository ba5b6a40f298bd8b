/** Kinds of jobs and what each carries. A feature adds its own by declaration merging: `interface JobPayloads { 'file.read': { file_id: string } }`. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface JobPayloads {}
export type JobKind = keyof JobPayloads;

export type JobContext = {
  /** Aborted when the lease is lost or the process stops: give up soon, the job runs again elsewhere. */
  signal: AbortSignal;
  /** 0 to 1; stored at most once a second, published as `job.progress`. */
  progress(fraction: number): void;
  /** From 1. */
  attempt: number;
  /** Whether a failure of this attempt is the last. */
  lastAttempt: boolean;
};

export type JobHandler<K extends JobKind> = (payload: JobPayloads[K], context: JobContext) => Promise<void>;

/**
 * Durable work. A job is run at least once: handlers make their effect idempotent. A worker holds a lease that it renews;
 * a job whose worker died is taken by another when the lease ends. After `maxAttempts` (3 by default, with growing
 * pauses) a job is kept as failed with its error.
 */
export interface JobQueue {
  /** Resolves when the job is stored. A `dedupeKey` that a queued or running job has already makes this a no-op. */
  enqueue<K extends JobKind>(
    kind: K,
    payload: JobPayloads[K],
    options?: { dedupeKey?: string; runAt?: number; maxAttempts?: number; queue?: string },
  ): Promise<void>;
  /** One handler a kind, before `start`. */
  handle<K extends JobKind>(kind: K, handler: JobHandler<K>): void;
  /** Runs a job of this kind by a cron pattern (UTC), once however many processes there are. Before `start`. */
  schedule<K extends JobKind>(kind: K, pattern: string, payload: JobPayloads[K]): void;
  start(): void;
  /** Takes nothing new, aborts what runs past the grace (ms), resolves when idle. */
  stop(graceMs: number): Promise<void>;
}
