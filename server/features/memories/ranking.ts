/** So much a first place counts more than a later one: as large as is usual where two rankings become one. */
const EVEN = 60;

/** What a memory has to do with a question: terms that both have, and how near their meanings are; null: not known. */
export type Kinship = { shared: number; near: number | null };

/**
 * Places in `all`, the best first: by words and by meaning, each of them by rank alone, as their measures do not compare.
 * What neither speaks for comes last, in the order that it had.
 */
export function ranked(all: readonly Kinship[]): number[] {
  const scores = all.map(() => 0);
  const count = (measure: (one: Kinship) => number): void => {
    const places = all.flatMap((one, at) => (measure(one) > 0 ? [at] : []));
    places.sort((a, b) => measure(all[b] as Kinship) - measure(all[a] as Kinship));
    places.forEach((at, rank) => (scores[at] = (scores[at] ?? 0) + 1 / (EVEN + rank)));
  };
  count(({ shared }) => shared);
  count(({ near }) => near ?? 0);
  return [...all.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
}

/** -1 to 1; 0 for vectors that do not compare. */
export function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 0;
  let [dot, aa, bb] = [0, 0, 0];
  for (let at = 0; at < a.length; at += 1) {
    const [x = 0, y = 0] = [a[at], b[at]];
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa && bb ? dot / Math.sqrt(aa * bb) : 0;
}
