import { Cron } from 'croner';
import { v5 } from 'uuid';
import type { NewJob } from './store.ts';

/** Made up once; ids of scheduled jobs are derived from it (RFC 9562, version 5). */
const namespace = '5f0a5a0e-7c57-4d7c-9a53-2f6b9b0f3c11';

export type Schedules = {
  /** @throws when the pattern is not one. */
  add(kind: string, pattern: string, payload: string): void;
  /** The jobs whose time has come since the last call (the first only sets the start). What was missed comes once, not many times. */
  due(now: number): NewJob[];
};

/**
 * Jobs by cron patterns, in UTC. Every process makes the same job for the same slot, with the same id, so it is stored
 * once, and stays unique after it has ended. The dedupe key keeps a slot from piling up behind one that still runs.
 */
export function createSchedules(): Schedules {
  const entries: { kind: string; pattern: string; payload: string; cron: Cron; next: number | undefined }[] = [];
  const nextOf = (cron: Cron, after: number): number => cron.nextRun(new Date(after))?.getTime() ?? Infinity;

  return {
    add(kind, pattern, payload) {
      entries.push({
        kind,
        pattern,
        payload,
        cron: new Cron(pattern, { timezone: 'UTC', paused: true }),
        next: undefined,
      });
    },
    due(now) {
      const jobs: NewJob[] = [];
      for (const entry of entries) {
        const slot = entry.next;
        if (slot !== undefined && slot > now) continue;
        entry.next = nextOf(entry.cron, now);
        if (slot !== undefined) jobs.push(jobOf(entry, slot));
      }
      return jobs;
    },
  };
}

function jobOf({ kind, pattern, payload }: { kind: string; pattern: string; payload: string }, slot: number): NewJob {
  return {
    id: v5(`${kind} ${pattern} ${slot}`, namespace),
    queue: 'default',
    kind,
    payload,
    max_attempts: 3,
    run_at: slot,
    dedupe_key: `schedule:${kind}:${pattern}`,
    created_at: slot,
  };
}
