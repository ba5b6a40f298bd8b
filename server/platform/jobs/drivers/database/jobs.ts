import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../../../db/database.ts';
import { retryConflicts } from '../../../../db/transaction.ts';
import { days, hours, seconds, type Clock } from '../../../../lib/clock.ts';
import { newId } from '../../../../lib/ids.ts';
import type { Logger } from '../../../../lib/logger.ts';
import type { EventBus } from '../../../events/driver.ts';
import type { JobQueue } from '../../driver.ts';
import { startRun, type RawHandler, type Run } from './runner.ts';
import { createSchedules } from './schedules.ts';
import { createJobStore, type NewJob } from './store.ts';

export type DatabaseJobsOptions = {
  database: Pick<Database, 'db' | 'engine'>;
  events: EventBus;
  logger: Logger;
  now: Clock;
  /** Jobs that this process runs at once, by queue; a queue that is not named is left to other processes. */
  concurrency?: Readonly<Record<string, number>>;
  /** How often to look for what other processes enqueued, for run times and leases. Own jobs are taken at once. */
  pollMs?: number;
  /** How long after its last sign of life a worker's job is given to another. Must stay well above `pollMs`. */
  leaseMs?: number;
  /** How long `stop` waits for a handler that it has aborted, before it leaves the job to its lease. */
  abortMs?: number;
};

type Queue = { name: string; limit: number; running: number; busy: boolean; again: boolean };

/** Durable jobs in the main database. */
export function createDatabaseJobs(options: DatabaseJobsOptions): JobQueue {
  const {
    database,
    events,
    logger,
    now,
    concurrency = { default: 2, documents: 2, mail: 2, models: 2 },
    pollMs = seconds(1),
    leaseMs = seconds(30),
    abortMs = seconds(1),
  } = options;
  const store = createJobStore(database, newId());
  const schedules = createSchedules();
  const handlers = new Map<string, RawHandler>();
  const runs = new Set<Run>();
  const queues = new Map<string, Queue>();
  for (const [name, limit] of Object.entries(concurrency))
    queues.set(name, { name, limit, running: 0, busy: false, again: false });
  /** What is under way beside the runs themselves; `stop` waits for it. */
  const under = new Set<Promise<void>>();
  /** Jobs whose time has come and that are not stored yet. */
  const scheduled: NewJob[] = [];
  let state: 'new' | 'started' | 'stopping' | 'stopped' = 'new';
  let timer: NodeJS.Timeout | undefined;
  let ticking = false;
  let troubled = false;
  let prunedAt = -Infinity;

  function work(task: Promise<void>): void {
    const whole = task.then(
      () => {
        if (troubled) logger.info('jobs: the database answers again');
        troubled = false;
      },
      (error: unknown) => {
        // Once, not once a second while the database is away.
        if (!troubled) logger.warn({ err: error }, 'jobs: the database does not answer; trying on');
        troubled = true;
      },
    );
    under.add(whole);
    void whole.then(() => under.delete(whole));
  }

  function run(queue: Queue, job: Parameters<typeof startRun>[0]): void {
    const handler = handlers.get(job.kind);
    if (!handler) return;
    const started = startRun(job, handler, { store, events, logger, now, leaseMs });
    runs.add(started);
    queue.running += 1;
    void started.ended.then(() => {
      runs.delete(started);
      queue.running -= 1;
      wake(queue.name);
    });
  }

  /** Fills a queue's free places. One at a time for each queue: whoever comes meanwhile makes it look once more. */
  async function fill(queue: Queue): Promise<void> {
    if (queue.busy) {
      queue.again = true;
      return;
    }
    queue.busy = true;
    try {
      do {
        queue.again = false;
        const limit = queue.limit - queue.running;
        if (limit <= 0 || state !== 'started' || handlers.size === 0) break;
        const jobs = await store.claim({
          queue: queue.name,
          kinds: [...handlers.keys()],
          limit,
          now: now(),
          leaseUntil: now() + leaseMs,
        });
        if (state === 'started') jobs.forEach((job) => run(queue, job));
        else await Promise.all(jobs.map((job) => store.giveBack(job)));
      } while (queue.again);
    } finally {
      queue.busy = false;
    }
  }

  function wake(name: string): void {
    const queue = queues.get(name);
    if (queue && state === 'started') work(fill(queue));
  }

  async function tick(): Promise<void> {
    await Promise.all([...runs].map((each) => each.renew()));
    if (state !== 'started') return;
    scheduled.push(...schedules.due(now()));
    for (let job = scheduled[0]; job; job = scheduled[0]) {
      await store.add(job);
      scheduled.shift();
    }
    await store.recover(now());
    for (const name of queues.keys()) wake(name);
    if (now() - prunedAt < hours(1)) return;
    prunedAt = now();
    await store.prune(now() - days(7));
  }

  function tickOnce(): void {
    if (ticking) return;
    ticking = true;
    work(tick().finally(() => (ticking = false)));
  }

  const assertNew = (): void => {
    if (state !== 'new') throw new Error('Handlers and schedules are named before the jobs start.');
  };

  return {
    async enqueue(kind, payload, { dedupeKey, runAt, maxAttempts = 3, queue = 'default' } = {}) {
      const time = now();
      const job = {
        id: newId(),
        queue,
        kind,
        payload: JSON.stringify(payload),
        max_attempts: maxAttempts,
        run_at: runAt ?? time,
        created_at: time,
      };
      const dedupe_key = dedupeKey === undefined ? null : fitting(dedupeKey);
      const added = await retryConflicts(() => store.add({ ...job, dedupe_key }));
      if (added && job.run_at <= time) wake(queue);
    },
    handle(kind, handler) {
      assertNew();
      if (handlers.has(kind)) throw new Error(`The job kind "${String(kind)}" has a handler already.`);
      handlers.set(kind, (payload, context) => handler(JSON.parse(payload), context));
    },
    schedule(kind, pattern, payload) {
      assertNew();
      schedules.add(kind, pattern, JSON.stringify(payload));
    },
    start() {
      assertNew();
      state = 'started';
      timer = setInterval(tickOnce, pollMs);
      tickOnce();
    },
    async stop(graceMs) {
      if (state === 'stopped') return;
      state = 'stopping';
      // Leases are renewed on while the jobs under way get their time.
      const idle = async (): Promise<void> => {
        while (under.size > 0 || runs.size > 0) await Promise.all([...under, ...[...runs].map(({ ended }) => ended)]);
      };
      await withinLimit(idle(), graceMs);
      runs.forEach((each) => each.stop());
      await withinLimit(idle(), abortMs);
      clearInterval(timer);
      state = 'stopped';
      await Promise.all(under);
      for (const { job } of runs)
        logger.warn(
          { job_id: job.id, kind: job.kind },
          'a job did not end when it was told to; it runs again when its lease ends',
        );
    },
  };
}

async function withinLimit(task: Promise<void>, limitMs: number): Promise<void> {
  const timeout = new AbortController();
  await Promise.race([task, sleep(limitMs, undefined, { signal: timeout.signal }).catch(() => undefined)]);
  timeout.abort();
}

/** The column takes 190 characters. */
const fitting = (key: string): string => (key.length <= 190 ? key : createHash('sha256').update(key).digest('hex'));
