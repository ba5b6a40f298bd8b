/** Overlap of two sets, 0 to 1 (Jaccard 1901). */
export function jaccard<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  if (a.size === 0 || b.size === 0) return 0;
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const item of small) if (large.has(item)) shared++;
  return shared / (a.size + b.size - shared);
}

/**
 * Every run of `size` terms, as a number: texts that share most of them are copies of each other (Broder 1997). Two runs in a
 * thousand million share a number, which is nothing to an overlap.
 */
export function shingles(terms: readonly string[], size = 4): Set<number> {
  const hashes = terms.map(hashOf);
  const last = Math.max(0, terms.length - size);
  return new Set(Array.from({ length: last + 1 }, (_, at) => runOf(hashes, at, at + size)));
}

/** FNV-1a. */
function hashOf(term: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < term.length; at += 1) hash = Math.imul(hash ^ term.charCodeAt(at), 0x01000193);
  return hash;
}

function runOf(hashes: readonly number[], from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < Math.min(to, hashes.length); at += 1)
    hash = Math.imul(hash ^ (hashes[at] ?? 0), 0x85ebca6b) ^ (hash >>> 13);
  // Small enough that the engine keeps it as a number and not as an object.
  return hash >>> 2;
}
