/** A term of group `group` stands at place `at`, counted in terms. */
export type TermHit = { group: number; at: number };

const space = 32;
const step = (hash: number, code: number): number => (Math.imul(hash, 31) + code) | 0;

/** Hashes by their last ten bits: most terms are known by this alone not to be looked for. */
const mask = 1_023;

/**
 * Finds terms of any of these groups in a text of terms that are parted by one space, and says how many terms it has. One walk
 * over the letters, and no string is made: a search reads hundreds of such texts, most of which nobody wants after that.
 */
export function createTermFinder(groups: readonly (readonly string[])[]) {
  const wanted = new Map<number, { term: string; group: number }[]>();
  const possible = new Uint8Array(mask + 1);
  for (const [group, terms] of groups.entries())
    for (const term of terms) {
      let hash = 0;
      for (let at = 0; at < term.length; at += 1) hash = step(hash, term.charCodeAt(at));
      wanted.set(hash, [...(wanted.get(hash) ?? []), { term, group }]);
      possible[hash & mask] = 1;
    }

  function add(hits: TermHit[], found: string, hash: number, at: number): void {
    for (const { term, group } of wanted.get(hash) ?? []) if (term === found) hits.push({ group, at });
  }

  return function find(terms: string): { hits: TermHit[]; length: number } {
    const hits: TermHit[] = [];
    if (terms === '') return { hits, length: 0 };
    let start = 0;
    let hash = 0;
    let place = 0;
    for (let at = 0; at < terms.length; at += 1) {
      const code = terms.charCodeAt(at);
      if (code !== space) {
        hash = step(hash, code);
        continue;
      }
      if (possible[hash & mask] === 1) add(hits, terms.slice(start, at), hash, place);
      start = at + 1;
      hash = 0;
      place += 1;
    }
    add(hits, terms.slice(start), hash, place);
    return { hits, length: place + 1 };
  };
}
