/** Milliseconds since the epoch; tests put their own hand on it. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();
export const toIso = (ms: number): string => new Date(ms).toISOString();

export const seconds = (n: number): number => n * 1_000;
export const minutes = (n: number): number => n * 60_000;
export const hours = (n: number): number => n * 3_600_000;
export const days = (n: number): number => n * 86_400_000;
