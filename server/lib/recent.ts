import type { Clock } from './clock.ts';

/** Past this many what was found first is forgotten, which bounds the memory to a few MB. */
const MAX = 10_000;

/**
 * What was found a moment ago, so that who asks in quick turns is not looked up each time. `forMs` bounds how long what
 * another process has changed still counts here; what this one changes is told by `clear`.
 */
export function createRecent<T>({ forMs, now }: { forMs: number; now: Clock }) {
  const kept = new Map<string, { value: T; at: number }>();
  let cleared = 0;

  function get(key: string): T | undefined {
    const entry = kept.get(key);
    if (!entry) return undefined;
    const age = now() - entry.at;
    if (age >= 0 && age < forMs) return entry.value;
    kept.delete(key);
    return undefined;
  }
  function set(key: string, value: T): void {
    kept.set(key, { value, at: now() });
    if (kept.size <= MAX) return;
    const [oldest] = kept.keys();
    if (oldest !== undefined) kept.delete(oldest);
  }

  return {
    get,
    set,
    /** What is known, else what `find` finds. What it began to look for before something changed is not kept. */
    async getOr(key: string, find: () => Promise<T>): Promise<T> {
      const known = get(key);
      if (known !== undefined) return known;
      const before = cleared;
      const found = await find();
      if (before === cleared) set(key, found);
      return found;
    },
    clear(): void {
      cleared += 1;
      kept.clear();
    },
  };
}
