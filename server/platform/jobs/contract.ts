import { afterEach, describe, expect, it, vi } from 'vitest';
import { hours, minutes, seconds } from '../../lib/clock.ts';
import type { EventBus } from '../events/driver.ts';
import type { JobContext, JobQueue } from './driver.ts';

declare module './driver.ts' {
  interface JobPayloads {
    'test.note': { text: string };
    'test.other': { text: string };
  }
}

export type JobWorker = { queue: JobQueue; events: EventBus };

/** What a driver's test brings; all workers share one store. */
export type JobQueueHarness = {
  /** A further worker, as another process would be; not started. */
  worker(options?: { concurrency?: Record<string, number> }): JobWorker;
  now(): number;
  /** Lets time pass for run times, pauses, leases and schedules. */
  advance(ms: number): void;
  /** Jobs that are kept as failed. */
  failed(): Promise<{ kind: string; error: string | null }[]>;
  /** Stops all workers at once and empties the store. */
  clear(): Promise<void>;
};

type Seen = { text: string; attempt: number; lastAttempt: boolean };

/** What every JobQueue keeps. */
export function jobQueueContract(name: string, harness: () => JobQueueHarness): void {
  describe(`job queue: ${name}`, () => {
    const worker: JobQueueHarness['worker'] = (options) => harness().worker(options);
    const eventually = (assertion: () => void | Promise<void>): Promise<void> =>
      vi.waitFor(assertion, { timeout: 20_000, interval: 5 });

    /** A worker whose `test.note` handler notes what it sees. */
    const notingWorker = (options?: { concurrency?: Record<string, number> }) => {
      const seen: Seen[] = [];
      const { queue, events } = worker(options);
      queue.handle('test.note', async ({ text }, { attempt, lastAttempt }) => {
        seen.push({ text, attempt, lastAttempt });
        return Promise.resolve();
      });
      return { queue, events, seen };
    };

    afterEach(() => harness().clear());

    it('runs a job with what it carries', async () => {
      const { queue, seen } = notingWorker();
      queue.start();
      await queue.enqueue('test.note', { text: 'Grüße 🦉' });
      await eventually(() => expect(seen).toEqual([{ text: 'Grüße 🦉', attempt: 1, lastAttempt: false }]));
    });

    it('keeps jobs until a worker starts, whoever enqueued them', async () => {
      await worker().queue.enqueue('test.note', { text: 'early' });
      const { queue, seen } = notingWorker();
      queue.start();
      await eventually(() => expect(seen.map(({ text }) => text)).toEqual(['early']));
    });

    it('takes a dedupe key once while its job is queued or running, and again afterwards', async () => {
      const { queue } = worker();
      const gate = createGate();
      const seen: string[] = [];
      queue.handle('test.note', async ({ text }) => {
        seen.push(text);
        await gate.passed;
      });
      const key = { dedupeKey: 'k'.repeat(300) };
      await queue.enqueue('test.note', { text: 'first' }, key);
      await queue.enqueue('test.note', { text: 'while queued' }, key);
      queue.start();
      await eventually(() => expect(seen).toEqual(['first']));
      await queue.enqueue('test.note', { text: 'while running' }, key);
      gate.open();
      await eventually(async () => {
        await queue.enqueue('test.note', { text: 'after' }, key);
        expect(seen).toContain('after');
      });
      expect(new Set(seen)).toEqual(new Set(['first', 'after']));
    });

    it('tries a job that failed again, after a pause that grows', async () => {
      const { queue } = worker();
      const seen: Seen[] = [];
      queue.handle('test.note', async ({ text }, { attempt, lastAttempt }) => {
        seen.push({ text, attempt, lastAttempt });
        return attempt < 3 ? Promise.reject(new Error(`no ${attempt}`)) : Promise.resolve();
      });
      queue.start();
      await queue.enqueue('test.note', { text: 'again' });
      await eventually(() => expect(seen).toHaveLength(1));
      await eventually(() => {
        // In small steps: past a lease at once, the job would look abandoned while its outcome is being stored.
        harness().advance(seconds(1));
        expect(seen).toHaveLength(3);
      });
      expect(seen.map(({ attempt, lastAttempt }) => [attempt, lastAttempt])).toEqual([
        [1, false],
        [2, false],
        [3, true],
      ]);
      expect(await harness().failed()).toEqual([]);
    });

    it('keeps a job as failed, with its error, after the last attempt, and frees its dedupe key', async () => {
      const { queue, seen } = notingWorker();
      queue.handle('test.other', () => Promise.reject(new Error('the disk said no')));
      queue.start();
      await queue.enqueue('test.other', { text: '' }, { maxAttempts: 1, dedupeKey: 'again' });
      await eventually(async () =>
        expect(await harness().failed()).toEqual([{ kind: 'test.other', error: 'the disk said no' }]),
      );
      await queue.enqueue('test.note', { text: 'next' }, { dedupeKey: 'again' });
      await eventually(() => expect(seen).toHaveLength(1));
    });

    it('does not run a job before its time', async () => {
      const { queue, seen } = notingWorker({ concurrency: { default: 1 } });
      await queue.enqueue('test.note', { text: 'later' }, { runAt: harness().now() + hours(1) });
      queue.start();
      await queue.enqueue('test.note', { text: 'now' });
      await eventually(() => expect(seen).toHaveLength(1));
      harness().advance(hours(1));
      await eventually(() => expect(seen.map(({ text }) => text)).toEqual(['now', 'later']));
    });

    it('leaves a kind that nobody handles for who does', async () => {
      const { queue, seen } = notingWorker();
      queue.start();
      await queue.enqueue('test.other', { text: 'mine' });
      await queue.enqueue('test.note', { text: 'yours' });
      await eventually(() => expect(seen.map(({ text }) => text)).toEqual(['yours']));
      const other = worker().queue;
      const found = vi.fn(() => Promise.resolve());
      other.handle('test.other', found);
      other.start();
      await eventually(() => expect(found).toHaveBeenCalledOnce());
    });

    it('runs each of 100 jobs once, with two workers', async () => {
      const all = Array.from({ length: 100 }, (_, at) => `job ${at}`);
      const [left, right] = [
        notingWorker({ concurrency: { default: 4 } }),
        notingWorker({ concurrency: { default: 4 } }),
      ];
      await Promise.all(all.map((text) => left.queue.enqueue('test.note', { text })));
      left.queue.start();
      right.queue.start();
      await eventually(() => expect(left.seen.length + right.seen.length).toBeGreaterThanOrEqual(100));
      await Promise.all([left.queue.stop(seconds(20)), right.queue.stop(seconds(20))]);
      expect([...left.seen, ...right.seen].map(({ text }) => text).sort()).toEqual(all.sort());
    });

    it('keeps the limit of each queue, and no queue waits for another', async () => {
      const { queue } = worker({ concurrency: { default: 1, documents: 2 } });
      const gate = createGate();
      let reading = 0;
      let most = 0;
      queue.handle('test.note', async () => {
        most = Math.max(most, (reading += 1));
        await gate.passed;
        reading -= 1;
      });
      const quick = vi.fn(() => Promise.resolve());
      queue.handle('test.other', quick);
      queue.start();
      for (const text of ['a', 'b', 'c', 'd']) await queue.enqueue('test.note', { text }, { queue: 'documents' });
      await eventually(() => expect(reading).toBe(2));
      await queue.enqueue('test.other', { text: '' });
      await eventually(() => expect(quick).toHaveBeenCalledOnce());
      gate.open();
      await queue.enqueue('test.other', { text: '' }, { queue: 'documents' });
      await eventually(() => expect(quick).toHaveBeenCalledTimes(2));
      expect(most).toBe(2);
    });

    it('publishes progress, and 1 at the end', async () => {
      const { queue, events } = worker();
      const seen: number[] = [];
      events.subscribe('job.progress', ({ progress }) => void seen.push(progress));
      queue.handle('test.note', async (_payload, { progress }) => {
        progress(0.25);
        progress(0.3);
        harness().advance(seconds(2));
        progress(7);
        return Promise.resolve();
      });
      queue.start();
      await queue.enqueue('test.note', { text: '' });
      await eventually(() => expect(seen).toEqual([0.25, 1, 1]));
    });

    it('runs a schedule once for each of its times, with two workers', async () => {
      const [left, right] = [notingWorker(), notingWorker()];
      for (const { queue } of [left, right]) queue.schedule('test.note', '0 * * * *', { text: 'hourly' });
      const first = createGate();
      left.queue.handle('test.other', () => Promise.resolve(first.open()));
      left.queue.start();
      right.queue.start();
      // A start is over once a job has run.
      await left.queue.enqueue('test.other', { text: '' });
      await first.passed;
      const ran = (): number => left.seen.length + right.seen.length;
      for (const times of [1, 2, 3]) {
        harness().advance(hours(1));
        await eventually(() => expect(ran()).toBe(times));
      }
      // A worker that was slow to look at the clock would add its own only now.
      const { queue: last, seen } = notingWorker();
      last.start();
      await Promise.all([left, right].map(({ queue }) => queue.stop(seconds(20))));
      await last.enqueue('test.note', { text: 'sentinel' });
      await eventually(() => expect(seen).not.toEqual([]));
      expect([ran(), seen.map(({ text }) => text)]).toEqual([3, ['sentinel']]);
    });

    it('refuses a schedule that is not a cron pattern', () => {
      expect(() => worker().queue.schedule('test.note', 'every now and then', { text: '' })).toThrow();
    });

    it('takes handlers and schedules before it starts only, one handler a kind', () => {
      const { queue } = notingWorker();
      const handler = (): Promise<void> => Promise.resolve();
      expect(() => queue.handle('test.note', handler)).toThrow(/already/);
      queue.start();
      expect(() => queue.handle('test.other', handler)).toThrow(/before/);
      expect(() => queue.schedule('test.note', '* * * * *', { text: '' })).toThrow(/before/);
    });

    describe('when it stops', () => {
      /** A worker with one job under way, whose handler ends as `ending` does. */
      const busyWorker = async (ending: (context: JobContext) => Promise<void>) => {
        const { queue } = worker();
        const begun = vi.fn();
        queue.handle('test.note', async (_payload, context) => {
          begun();
          await ending(context);
        });
        queue.start();
        await queue.enqueue('test.note', { text: 'long' });
        await eventually(() => expect(begun).toHaveBeenCalledOnce());
        return { queue, begun };
      };

      it('lets what runs come to its end within the grace, and takes nothing new', async () => {
        const gate = createGate();
        const { queue, begun } = await busyWorker(() => gate.passed);
        const stopped = queue.stop(seconds(20));
        await queue.enqueue('test.note', { text: 'too late' });
        gate.open();
        await stopped;
        expect(begun).toHaveBeenCalledOnce();
        const { queue: next, seen } = notingWorker();
        next.start();
        await eventually(() => expect(seen.map(({ text }) => text)).toEqual(['too late']));
      });

      it('aborts what runs past the grace, and another worker runs it as if for the first time', async () => {
        const { queue } = await busyWorker(({ signal }) => rejectsWhenAborted(signal));
        await queue.stop(0);
        const { queue: next, seen } = notingWorker();
        next.start();
        await eventually(() => expect(seen).toEqual([{ text: 'long', attempt: 1, lastAttempt: false }]));
      });

      it('does not wait for a handler that ignores the abort; its job runs again elsewhere', async () => {
        const gate = createGate();
        const { queue } = await busyWorker(() => gate.passed);
        await queue.stop(0);
        const { queue: next, seen } = notingWorker();
        next.start();
        await eventually(() => {
          harness().advance(minutes(1));
          expect(seen).toMatchObject([{ text: 'long' }]);
        });
        gate.open();
      });
    });
  });
}

function createGate(): { passed: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open: () => open() };
}

const rejectsWhenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true }),
  );
