import type { Clock } from '../../lib/clock.ts';
import { dayOf } from './day.ts';

/** Whether something is asked for the first time today (UTC), in this process. */
export function createOnceADay(now: Clock): (what: string) => boolean {
  const seen = new Set<string>();
  let on = '';
  return (what) => {
    const today = dayOf(now());
    if (on !== today) seen.clear();
    on = today;
    if (seen.has(what)) return false;
    seen.add(what);
    return true;
  };
}
