import { days, toIso } from '../../lib/clock.ts';

/** The day (UTC) of a time, as `2030-01-31`. */
export const dayOf = (at: number): string => toIso(at).slice(0, 10);

export const midnightAfter = (at: number): number => Math.floor(at / days(1)) * days(1) + days(1);
