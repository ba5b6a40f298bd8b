import type { Database } from '../../../../db/database.ts';
import { insertIfAbsent } from '../../../../db/dialect.ts';
import type { DB } from '../../../../db/schema.ts';

/** A job that this process holds: it may write to its row as long as owner and attempt are still these. */
export type HeldJob = { id: string; kind: string; payload: string; attempt: number; maxAttempts: number };

export type NewJob = Pick<
  DB['jobs'],
  'id' | 'queue' | 'kind' | 'payload' | 'max_attempts' | 'run_at' | 'dedupe_key' | 'created_at'
>;

export type JobStore = ReturnType<typeof createJobStore>;

/**
 * The table `jobs`, by single statements that are right on every engine without a transaction: who changes a row says
 * in the condition what the row must still be, and has lost when no row matched.
 *
 * @param owner names this process among all others, past ones included.
 */
export function createJobStore({ db, engine }: Pick<Database, 'db' | 'engine'>, owner: string) {
  const free = { lease_owner: null, lease_until: null };

  /** The row, if it is still ours. */
  const held = ({ id, attempt }: HeldJob) =>
    db
      .updateTable('jobs')
      .where('id', '=', id)
      .where('status', '=', 'running')
      .where('lease_owner', '=', owner)
      .where('attempts', '=', attempt);

  const queued = (queue: string, kinds: readonly string[], now: number) =>
    db
      .selectFrom('jobs')
      .selectAll()
      .where('status', '=', 'queued')
      .where('queue', '=', queue)
      .where('kind', 'in', kinds)
      .where('run_at', '<=', now);

  async function take(job: DB['jobs'], leaseUntil: number): Promise<HeldJob | undefined> {
    const attempt = job.attempts + 1;
    const { numUpdatedRows } = await db
      .updateTable('jobs')
      .set({ status: 'running', attempts: attempt, lease_owner: owner, lease_until: leaseUntil })
      .where('id', '=', job.id)
      .where('status', '=', 'queued')
      .where('attempts', '=', job.attempts)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n
      ? { id: job.id, kind: job.kind, payload: job.payload, attempt, maxAttempts: job.max_attempts }
      : undefined;
  }

  return {
    /** Returns false when the id or the dedupe key is there already. */
    add: (job: NewJob): Promise<boolean> =>
      insertIfAbsent(db, engine, 'jobs', {
        ...job,
        ...free,
        status: 'queued',
        attempts: 0,
        progress: 0,
        last_error: null,
        finished_at: null,
      }),

    /** Takes due jobs, oldest first, `limit` at most; nothing only when there is nothing to take. */
    async claim(want: {
      queue: string;
      kinds: readonly string[];
      limit: number;
      now: number;
      leaseUntil: number;
    }): Promise<HeldJob[]> {
      const taken: HeldJob[] = [];
      while (taken.length < want.limit) {
        const candidates = await queued(want.queue, want.kinds, want.now)
          .orderBy('run_at')
          .orderBy('id')
          .limit(want.limit - taken.length)
          .execute();
        if (candidates.length === 0) break;
        for (const candidate of candidates) {
          // Undefined when another process was faster; then there is something else to look at, or nothing.
          const job = await take(candidate, want.leaseUntil);
          if (job) taken.push(job);
        }
      }
      return taken;
    },

    /** Returns false when the job is not ours any more. */
    async renew(job: HeldJob, leaseUntil: number): Promise<boolean> {
      const { numUpdatedRows } = await held(job).set({ lease_until: leaseUntil }).executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },

    async saveProgress(job: HeldJob, progress: number): Promise<void> {
      await held(job).set({ progress }).execute();
    },

    async finish(job: HeldJob, now: number): Promise<void> {
      await held(job)
        .set({ ...free, status: 'done', progress: 1, last_error: null, dedupe_key: null, finished_at: now })
        .execute();
    },

    async retry(job: HeldJob, runAt: number, error: string): Promise<void> {
      await held(job)
        .set({ ...free, status: 'queued', progress: 0, run_at: runAt, last_error: error })
        .execute();
    },

    async bury(job: HeldJob, now: number, error: string): Promise<void> {
      await held(job)
        .set({ ...free, status: 'failed', last_error: error, dedupe_key: null, finished_at: now })
        .execute();
    },

    /** Puts the job back as if it had not been taken. */
    async giveBack(job: HeldJob): Promise<void> {
      await held(job)
        .set({ ...free, status: 'queued', progress: 0, attempts: job.attempt - 1 })
        .execute();
    },

    /** Frees the jobs whose worker let the lease run out: queued again, or failed after the last attempt. */
    async recover(now: number): Promise<void> {
      const abandoned = await db
        .selectFrom('jobs')
        .selectAll()
        .where('status', '=', 'running')
        .where('lease_until', '<', now)
        .execute();
      for (const job of abandoned) {
        const last = job.attempts >= job.max_attempts;
        const change = last
          ? ({
              status: 'failed',
              last_error: 'The process that ran this job ended before the job did.',
              dedupe_key: null,
              finished_at: now,
            } as const)
          : ({ status: 'queued', progress: 0, run_at: now } as const);
        await db
          .updateTable('jobs')
          .set({ ...free, ...change })
          .where('id', '=', job.id)
          .where('status', '=', 'running')
          .where('lease_owner', '=', job.lease_owner)
          .where('attempts', '=', job.attempts)
          .where('lease_until', '=', job.lease_until)
          .execute();
      }
    },

    /** Forgets the jobs that were done before a time. Failed ones are kept. */
    async prune(before: number): Promise<void> {
      await db.deleteFrom('jobs').where('status', '=', 'done').where('finished_at', '<', before).execute();
    },
  };
}
