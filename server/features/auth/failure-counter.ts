import type { Clock } from '../../lib/clock.ts';
import type { SharedState } from '../../platform/shared-state/driver.ts';

/** Counts failures by key and makes who fails wait, longer each time. */
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

/** Where entries are kept: `replace` does nothing, and answers false, where another than `before` stands by then. */
type Entries = {
  read(key: string): Promise<Entry | undefined>;
  replace(key: string, before: Entry | undefined, after: Entry | undefined): Promise<boolean>;
};

/** Past this many keys those that failed longest ago are forgotten, which bounds the memory to a few MB. */
const MAX_KEYS = 20_000;

/** In this process's memory. The map keeps keys in the order of their last change. */
function inMemory(): Entries {
  const entries = new Map<string, Entry>();
  return {
    read: (key) => Promise.resolve(entries.get(key)),
    replace(key, before, after) {
      if (entries.get(key) !== before) return Promise.resolve(false);
      entries.delete(key);
      if (after) entries.set(key, after);
      const [oldest] = entries.keys();
      if (entries.size > MAX_KEYS && oldest !== undefined) entries.delete(oldest);
      return Promise.resolve(true);
    },
  };
}

/** In what several processes share. */
function inShared(shared: Pick<SharedState, 'read' | 'replace'>, name: string, lifeMs: number): Entries {
  /** As they were read, for `replace`. */
  const texts = new WeakMap<Entry, string>();
  return {
    async read(key) {
      const text = await shared.read(`${name} ${key}`);
      if (text === null) return undefined;
      const entry = JSON.parse(text) as Entry;
      texts.set(entry, text);
      return entry;
    },
    replace: (key, before, after) =>
      shared.replace(
        `${name} ${key}`,
        before ? (texts.get(before) ?? '') : null,
        after ? JSON.stringify(after) : null,
        lifeMs,
      ),
  };
}

export function createFailures(
  { free, firstMs, step, maxMs, forgetMs, now }: Options,
  entries: Entries = inMemory(),
): FailureCounter {
  const delay = (failures: number): number =>
    failures < free ? 0 : Math.min(firstMs * 2 ** Math.floor((failures - free) / step), maxMs);

  const isForgotten = ({ lastAt }: Entry): boolean => now() - lastAt >= forgetMs;
  const secondsLeft = (entry: Entry | undefined): number =>
    entry && !isForgotten(entry) ? Math.max(0, Math.ceil((entry.lockedUntil - now()) / 1_000)) : 0;

  /** Again where another was faster. `next` answers what to put, or a number to answer instead. */
  async function change(key: string, next: (entry: Entry | undefined) => Entry | number | undefined): Promise<number> {
    for (;;) {
      const before = await entries.read(key);
      const after = next(before);
      if (typeof after === 'number') return after;
      if (await entries.replace(key, before, after)) return 0;
    }
  }

  return {
    wait: async (key) => secondsLeft(await entries.read(key)),

    take: (key) =>
      change(key, (entry) => {
        const left = secondsLeft(entry);
        if (left > 0) return left;
        const [failures, at] = [(entry && !isForgotten(entry) ? entry.failures : 0) + 1, now()];
        return { failures, lockedUntil: at + delay(failures), lastAt: at };
      }),

    async giveBack(key) {
      await change(key, (entry) => {
        if (!entry || entry.failures <= 1 || isForgotten(entry)) return undefined;
        const failures = entry.failures - 1;
        return { ...entry, failures, lockedUntil: Math.min(entry.lockedUntil, entry.lastAt + delay(failures)) };
      });
    },

    async forgive(key) {
      await change(key, () => undefined);
    },
  };
}

/**
 * Over all processes. Each keeps the count of what it saw in its memory too, and the longer wait holds: also while the shared
 * store is away, and when it has forgotten everything.
 */
export function createSharedFailures(
  shared: Pick<SharedState, 'read' | 'replace'>,
  name: string,
  options: Options,
): FailureCounter {
  const own = createFailures(options);
  const everybodys = createFailures(options, inShared(shared, name, options.forgetMs));
  const orNone = (asked: Promise<number>): Promise<number> => asked.catch(() => 0);
  const tried = (work: Promise<void>): Promise<void> => work.catch(() => undefined);

  return {
    wait: async (key) => Math.max(await orNone(everybodys.wait(key)), await own.wait(key)),
    async take(key) {
      const late = await orNone(everybodys.take(key));
      if (late > 0) return late;
      const here = await own.take(key);
      if (here > 0) await tried(everybodys.giveBack(key));
      return here;
    },
    async giveBack(key) {
      await Promise.all([own.giveBack(key), tried(everybodys.giveBack(key))]);
    },
    async forgive(key) {
      await Promise.all([own.forgive(key), tried(everybodys.forgive(key))]);
    },
  };
}
