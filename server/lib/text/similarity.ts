/** Overlap of two sets, 0 to 1 (Jaccard 1901). */
export function jaccard<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  if (a.size === 0 || b.size === 0) return 0;
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const item of small) if (large.has(item)) shared++;
  return shared / (a.size + b.size - shared);
}

/** Every run of `size` terms: texts that share most of them are copies of each other (Broder 1997). */
export function shingles(terms: readonly string[], size = 4): Set<string> {
  if (terms.length < size) return new Set([terms.join(' ')]);
  return new Set(Array.from({ length: terms.length - size + 1 }, (_, at) => terms.slice(at, at + size).join(' ')));
}
