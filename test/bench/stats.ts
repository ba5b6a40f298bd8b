/** What many measurements of one thing say. Callers pass at least one value. */

/** The value below which a share of all lies, between neighbours in proportion (the method R calls type 7). `share` is 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  if (below === undefined || above === undefined) throw new Error('There is nothing to take a percentile of.');
  return below + (above - below) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Middle, lowest and highest. */
export const spread = (values: readonly number[]): { median: number; min: number; max: number } => ({
  median: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
});

/** Each measurement less the one that was taken beside it: what both had to bear (the machine, the network) falls out. */
export function differences(values: readonly number[], baseline: readonly number[]): number[] {
  if (values.length !== baseline.length) throw new Error('Every measurement needs one beside it.');
  return values.map((value, at) => value - (baseline[at] ?? 0));
}

/** Each measurement as a multiple of the one that was taken beside it. */
export function ratios(values: readonly number[], peers: readonly number[]): number[] {
  if (values.length !== peers.length) throw new Error('Every measurement needs one beside it.');
  return values.map((value, at) => value / (peers[at] ?? Number.NaN));
}
