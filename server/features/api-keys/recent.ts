import type { Clock } from '../../lib/clock.ts';

/** Past this many what was found first is forgotten, which bounds the memory to a few MB. */
const MAX = 10_000;

/**
 * What was found a moment ago, so that a program that asks in quick turns is not looked up each time. `forMs` bounds how
 * long what another process has ended still counts here.
 */
export function createRecent<T>({ forMs, now }: { forMs: number; now: Clock }) {
  const kept = new Map<string, { value: T; at: number }>();
  return {
    get(key: string): T | undefined {
      const entry = kept.get(key);
      if (!entry) return undefined;
      const age = now() - entry.at;
      if (age >= 0 && age < forMs) return entry.value;
      kept.delete(key);
      return undefined;
    },
    set(key: string, value: T): void {
      kept.set(key, { value, at: now() });
      if (kept.size <= MAX) return;
      const [oldest] = kept.keys();
      if (oldest !== undefined) kept.delete(oldest);
    },
    clear: (): void => kept.clear(),
  };
}
