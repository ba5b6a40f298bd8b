import { days, toIso } from '../../lib/clock.ts';

let known = { from: 0, day: '1970-01-01' };

/** The day (UTC) of a time, as `2030-01-31`. Asked at each call of a model: the day that was asked for last is remembered. */
export function dayOf(at: number): string {
  if (at < known.from || at >= known.from + days(1))
    known = { from: midnightAfter(at) - days(1), day: toIso(at).slice(0, 10) };
  return known.day;
}

export const midnightAfter = (at: number): number => Math.floor(at / days(1)) * days(1) + days(1);
