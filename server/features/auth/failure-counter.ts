import type { Clock } from '../../lib/clock.ts';

/** Counts failures by key and makes who fails wait, longer each time. Asynchronous, so that a store shared by several processes can stand behind it. */
export interface FailureCounter {
  /** Seconds until the key may try again; 0 for now. */
  wait(key: string): Promise<number>;
  /** Counts a try as a failure before it is made, so that many at once count too; or answers the seconds to wait, and counts nothing. */
  take(key: string): Promise<number>;
  /** The try was none: what `take` counted last is taken back. */
  giveBack(key: string): Promise<void>;
  /** The key begins anew. */
  forgive(key: string): Promise<void>;
}

type Options = {
  /** Failures without a wait. */
  free: number;
  /** The first wait; it doubles after each `step` failures more, up to `maxMs`. */
  firstMs: number;
  step: number;
  maxMs: number;
  /** This long after the last failure all is forgotten. */
  forgetMs: number;
  now: Clock;
};

type Entry = { failures: number; lockedUntil: number; lastAt: number };

/** Past this many keys those that failed longest ago are forgotten, which bounds the memory to a few MB. */
const MAX_KEYS = 20_000;

/** In this process's memory. The map keeps keys in the order of their last failure. */
export function createMemoryFailures({ free, firstMs, step, maxMs, forgetMs, now }: Options): FailureCounter {
  const entries = new Map<string, Entry>();

  function find(key: string): Entry | undefined {
    const entry = entries.get(key);
    if (!entry || now() - entry.lastAt < forgetMs) return entry;
    entries.delete(key);
    return undefined;
  }

  const delay = (failures: number): number =>
    failures < free ? 0 : Math.min(firstMs * 2 ** Math.floor((failures - free) / step), maxMs);

  const secondsLeft = (entry: Entry | undefined): number =>
    entry ? Math.max(0, Math.ceil((entry.lockedUntil - now()) / 1_000)) : 0;

  return {
    wait: (key) => Promise.resolve(secondsLeft(find(key))),

    take(key) {
      const entry = find(key);
      const left = secondsLeft(entry);
      if (left > 0) return Promise.resolve(left);
      const [failures, at] = [(entry?.failures ?? 0) + 1, now()];
      entries.delete(key);
      entries.set(key, { failures, lockedUntil: at + delay(failures), lastAt: at });
      const [oldest] = entries.keys();
      if (entries.size > MAX_KEYS && oldest !== undefined) entries.delete(oldest);
      return Promise.resolve(0);
    },

    giveBack(key) {
      const entry = find(key);
      if (entry && entry.failures > 1) {
        const failures = entry.failures - 1;
        entries.set(key, {
          ...entry,
          failures,
          lockedUntil: Math.min(entry.lockedUntil, entry.lastAt + delay(failures)),
        });
      } else entries.delete(key);
      return Promise.resolve();
    },

    forgive: (key) => Promise.resolve(void entries.delete(key)),
  };
}
