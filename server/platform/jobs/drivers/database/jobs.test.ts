import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterEach, expect, it, vi } from 'vitest';
import { describeEachDatabase, type TestDatabase } from '../../../../../test/databases.ts';
import type { Database } from '../../../../db/database.ts';
import { days, hours, minutes, seconds } from '../../../../lib/clock.ts';
import { createLocalEvents } from '../../../events/drivers/local.ts';
import { jobQueueContract, type JobQueueHarness } from '../../contract.ts';
import type { JobContext, JobQueue } from '../../driver.ts';
import { createDatabaseJobs, type DatabaseJobsOptions } from './jobs.ts';

const logger = pino({ level: 'silent' });

/** Workers with a clock of their own that poll quickly, on one connection each. */
function createHarness(
  database: TestDatabase,
): JobQueueHarness & { jobs(options?: Partial<DatabaseJobsOptions>): JobQueue } {
  let time = Date.UTC(2026, 0, 5, 12, 30);
  const now = (): number => time;
  const opened: { queue: JobQueue; connection: Database }[] = [];
  const jobs = (options: Partial<DatabaseJobsOptions> = {}) => {
    const connection = database.another();
    const queue = createDatabaseJobs({
      database: connection,
      events: createLocalEvents({ logger }),
      logger,
      now,
      pollMs: 10,
      abortMs: 50,
      ...options,
    });
    opened.push({ queue, connection });
    return queue;
  };
  return {
    jobs,
    worker(options) {
      const events = createLocalEvents({ logger });
      return { queue: jobs({ ...options, events }), events };
    },
    now,
    advance: (ms) => void (time += ms),
    async failed() {
      const rows = await database.db
        .selectFrom('jobs')
        .select(['kind', 'last_error'])
        .where('status', '=', 'failed')
        .execute();
      return rows.map(({ kind, last_error }) => ({ kind, error: last_error }));
    },
    async clear() {
      const all = opened.splice(0);
      await Promise.all(all.map(({ queue }) => queue.stop(0)));
      await Promise.all(all.map(({ connection }) => connection.close()));
      await database.db.deleteFrom('jobs').execute();
    },
  };
}

describeEachDatabase('jobs in the database', (database) => {
  let harness: ReturnType<typeof createHarness> | undefined;
  const shared = () => (harness ??= createHarness(database()));
  jobQueueContract('database', shared);
  afterEach(() => harness?.clear());

  const eventually = (assertion: () => void | Promise<void>): Promise<void> =>
    vi.waitFor(assertion, { timeout: 20_000, interval: 5 });
  const rows = () => database().db.selectFrom('jobs').selectAll().orderBy('id').execute();

  it('takes up at once what its own process enqueues, without polling', async () => {
    const { jobs } = shared();
    const queue = jobs({ pollMs: hours(1) });
    const ran = vi.fn(() => Promise.resolve());
    queue.handle('test.note', ran);
    queue.start();
    for (let times = 1; times <= 5; times += 1) {
      await queue.enqueue('test.note', { text: '' });
      await eventually(async () =>
        expect((await rows()).map(({ status }) => status)).toEqual(Array.from({ length: times }, () => 'done')),
      );
    }
    expect(ran).toHaveBeenCalledTimes(5);
  });

  it('renews the lease of a long job, so that nobody takes it', async () => {
    const { jobs, advance } = shared();
    let end = (): void => undefined;
    const handler = vi.fn(() => new Promise<void>((resolve) => (end = resolve)));
    const [first, second] = [jobs(), jobs()];
    for (const queue of [first, second]) {
      queue.handle('test.note', handler);
      queue.start();
    }
    await first.enqueue('test.note', { text: 'long' });
    await eventually(() => expect(handler).toHaveBeenCalledOnce());
    for (let lease = 0; lease < 10; lease += 1) {
      const before = (await rows())[0]?.lease_until ?? 0;
      advance(seconds(11));
      await eventually(async () => expect((await rows())[0]?.lease_until).toBeGreaterThan(before));
    }
    end();
    await eventually(async () =>
      expect(await rows()).toMatchObject([
        { status: 'done', progress: 1, attempts: 1, lease_owner: null, lease_until: null },
      ]),
    );
    expect(handler).toHaveBeenCalledOnce();
  });

  it('aborts a job whose lease another worker took, and its end changes nothing', async () => {
    const { jobs, advance } = shared();
    let end = (): void => undefined;
    let context: JobContext | undefined;
    const events = createLocalEvents({ logger });
    const progress = vi.fn();
    events.subscribe('job.progress', progress);
    const slow = jobs({ events });
    slow.handle('test.note', (_payload, given) => {
      context = given;
      return new Promise<void>((resolve) => (end = resolve));
    });
    slow.start();
    await slow.enqueue('test.note', { text: 'slow' });
    await eventually(() => expect(context).toBeDefined());
    // As if this process had been suspended while another took the job.
    await database().db.updateTable('jobs').set({ lease_owner: 'another process', attempts: 2 }).execute();
    advance(seconds(11));
    await eventually(() => expect(context?.signal.aborted).toBe(true));
    context?.progress(0.5);
    end();
    await slow.stop(seconds(20));
    expect(progress).not.toHaveBeenCalled();
    expect(await rows()).toMatchObject([{ status: 'running', lease_owner: 'another process', attempts: 2 }]);
  });

  it('gives the job of a killed process to another when its lease ends', async () => {
    const { jobs } = shared();
    const child = spawn(
      process.execPath,
      [new URL('hanging-worker.fixture.ts', import.meta.url).pathname, database().url],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await jobs().enqueue('test.note', { text: 'taken over' });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await rows()).toMatchObject([{ status: 'running', attempts: 1 }]);

    const seen: [string, number][] = [];
    let ahead = 0;
    const next = jobs({ now: () => Date.now() + ahead });
    next.handle('test.note', ({ text }, { attempt }) => Promise.resolve(void seen.push([text, attempt])));
    next.start();
    ahead = seconds(31);
    await eventually(() => expect(seen).toEqual([['taken over', 2]]));
  });

  it('keeps a job whose worker died in the last attempt as failed', async () => {
    const { jobs, now, failed } = shared();
    const queue = jobs();
    await queue.enqueue('test.note', { text: '' }, { maxAttempts: 2, dedupeKey: 'key' });
    await database()
      .db.updateTable('jobs')
      .set({ status: 'running', attempts: 2, lease_owner: 'dead', lease_until: now() - 1 })
      .execute();
    queue.start();
    await eventually(async () =>
      expect(await failed()).toEqual([
        { kind: 'test.note', error: 'The process that ran this job ended before the job did.' },
      ]),
    );
    expect(await rows()).toMatchObject([{ dedupe_key: null, lease_owner: null, finished_at: now() }]);
  });

  it('forgets jobs that were done a week ago, and keeps failed ones', async () => {
    const { jobs, now, advance } = shared();
    const queue = jobs();
    for (const text of ['old', 'failed', 'new']) await queue.enqueue('test.note', { text });
    const mark = (text: string, change: object) =>
      database().db.updateTable('jobs').set(change).where('payload', '=', JSON.stringify({ text })).execute();
    await mark('old', { status: 'done', finished_at: now() - days(7) - 1 });
    await mark('failed', { status: 'failed', finished_at: now() - days(70) });
    await mark('new', { status: 'done', finished_at: now() - days(6) });
    const left = async () => (await rows()).map(({ payload }) => (JSON.parse(payload) as { text: string }).text).sort();
    queue.start();
    await eventually(async () => expect(await left()).toEqual(['failed', 'new']));
    advance(days(1) + minutes(1));
    await eventually(async () => expect(await left()).toEqual(['failed']));
  });

  it('goes on when the database was away, says so once, and runs again what could not be stored', async () => {
    const { jobs, advance } = shared();
    const said: string[] = [];
    const queue = jobs({ logger: pino({}, { write: (line) => said.push((JSON.parse(line) as { msg: string }).msg) }) });
    const attempts: number[] = [];
    let end = (): void => undefined;
    queue.handle('test.note', (_payload, { attempt }) => {
      attempts.push(attempt);
      return new Promise((resolve) => (end = resolve));
    });
    queue.start();
    await queue.enqueue('test.note', { text: '' });
    await eventually(() => expect(attempts).toEqual([1]));

    await sql`alter table jobs rename to jobs_away`.execute(database().db);
    end();
    await eventually(() => expect(said).toContain('the outcome of a job could not be stored'));
    await eventually(() => expect(said).toContain('jobs: the database does not answer; trying on'));
    await sql`alter table jobs_away rename to jobs`.execute(database().db);
    await eventually(() => expect(said.at(-1)).toBe('jobs: the database answers again'));
    expect(said.filter((message) => message.includes('does not answer')).length).toBeLessThan(3);

    advance(seconds(31));
    await eventually(() => expect(attempts).toEqual([1, 2]));
    end();
    await eventually(async () => expect(await rows()).toMatchObject([{ status: 'done' }]));
  });
});
