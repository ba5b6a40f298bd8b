import { jaccard, shingles } from '../../lib/text/similarity.ts';
import { createTermFinder, type TermHit } from '../../lib/text/term-finder.ts';
import type { Concept } from '../../lib/text/question.ts';
import type { TermMatch } from '../../platform/search/driver.ts';

/** A concept with how rare it is in what the user has. */
export type WeighedConcept = Concept & { idf: number };
export type Ranked = { passage_id: string; file_id: string; score: number };
type Worded = Ranked & { terms: string };

/** Okapi BM25 (Robertson & Zaragoza 2009). Passages are of like length, so length counts less than in whole documents. */
const k1 = 1.2;
const b = 0.5;
/** Share of the score that is given for saying everything asked, and the most that closeness of the words adds. */
const coverageShare = 0.5;
const proximityShare = 0.35;
/** Words apart at most to count as said together. */
const window = 8;
/** Of the places there are, what one file takes while others have something to say: this much of what the best one says. */
const fileShare = 0.75;
const worthHearing = 0.5;
/** Past this overlap two passages are the same text. */
const sameText = 0.6;

/** Inverse document frequency, never negative, of something that `found` of `total` passages have. */
export const idf = (found: number, total: number): number =>
  Math.log(1 + (Math.max(total, found) - found + 0.5) / (found + 0.5));

/** Candidates best first: BM25 over concepts, times how much of the question a passage covers and how close the words stand. */
export function rank(candidates: readonly TermMatch[], concepts: readonly WeighedConcept[]): Worded[] {
  const find = createTermFinder(concepts.map(({ variants }) => variants));
  const read = candidates.map((match) => ({ match, ...find(match.terms) }));
  const average = read.reduce((all, { length }) => all + length, 0) / Math.max(1, candidates.length);
  const possible = concepts.reduce((sum, concept) => sum + concept.idf * concept.weight, 0);
  return read
    .map(({ match, hits, length }) => {
      const counts = concepts.map((_, at) => hits.filter(({ group }) => group === at).length);
      const norm = k1 * (1 - b + (b * length) / average);
      const bm25 = sum(concepts, (concept, at) => concept.idf * concept.weight * saturate(counts[at] ?? 0, norm));
      const covered = sum(concepts, (concept, at) => (counts[at] ? concept.idf * concept.weight : 0)) / (possible || 1);
      const score =
        bm25 * (1 - coverageShare + coverageShare * covered) * (1 + proximityShare * proximity(hits, concepts));
      return { ...match, score };
    })
    .sort((x, y) => y.score - x.score || (x.passage_id < y.passage_id ? -1 : 1));
}

const saturate = (count: number, norm: number): number => (count * (k1 + 1)) / (count + norm);
const sum = (concepts: readonly WeighedConcept[], of: (concept: WeighedConcept, at: number) => number): number =>
  concepts.reduce((total, concept, at) => total + of(concept, at), 0);

/** 0 to 1: how many neighbours in the question are neighbours in the passage; in the question's order counts in full. */
function proximity(hits: readonly TermHit[], concepts: readonly WeighedConcept[]): number {
  if (concepts.length < 2) return 0;
  const best = new Array<number>(concepts.length - 1).fill(0);
  for (const [place, hit] of hits.entries()) {
    for (let next = place + 1; next < hits.length; next++) {
      const other = hits[next];
      if (!other || other.at - hit.at > window) break;
      const step = other.group - hit.group;
      if (Math.abs(step) !== 1) continue;
      const pair = Math.min(hit.group, other.group);
      const closeness = (step === 1 ? 1 : 0.7) * (1 - (Math.max(1, other.at - hit.at) - 1) / window);
      best[pair] = Math.max(best[pair] ?? 0, closeness);
    }
  }
  const weight = (pair: number): number => Math.min(concepts[pair]?.idf ?? 0, concepts[pair + 1]?.idf ?? 0);
  const total = best.reduce((all, _, pair) => all + weight(pair), 0);
  return total === 0 ? 0 : best.reduce((all, value, pair) => all + value * weight(pair), 0) / total;
}

/** Of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): how little the very first places stand out. */
const fusionFlatness = 60;

/** A list of one question, best first; what it counts for against the others; and the score of what is just not in it. */
export type FusedList<T> = { items: readonly T[]; weight: number; least: number };

/**
 * Lists of one question as one: what several of them found early comes first. Scores of words and of meaning do not
 * compare, so ranks count; each as much as its passage stands out from what is not in the list. Where a list finds all
 * alike, as vectors do that know little, its order says little.
 */
export function fuse<T extends Ranked>(lists: readonly FusedList<T>[]): T[] {
  const all = new Map<string, T>();
  for (const { items, weight, least } of lists) {
    const most = items[0]?.score ?? least;
    for (const [rank, item] of items.entries()) {
      const before = all.get(item.passage_id);
      const outstanding = most > least ? (item.score - least) / (most - least) : 1;
      const score = (weight * outstanding) / (fusionFlatness + rank + 1) + (before?.score ?? 0);
      all.set(item.passage_id, { ...(before ?? item), score });
    }
  }
  return [...all.values()].sort((x, y) => y.score - x.score || (x.passage_id < y.passage_id ? -1 : 1));
}

/**
 * The best `limit`, each different from those before it: copies of the same text are left out, and each further passage
 * of the same page counts a little less, so that other places of the files are heard too. Past three quarters of the room
 * for one file, what others say goes first, if it says half as much. `onCopy` is told what was left out.
 * Terms are asked for only of what is about to be chosen: to compare all with all takes longer than to find them.
 */
export function selectDiverse<T extends Ranked & { page: number | null }>(
  ranked: readonly T[],
  limit: number,
  termsOf: (item: T) => readonly string[],
  onCopy?: (item: T) => void,
): T[] {
  const pool = ranked.map((item) => ({ item, score: item.score }));
  const chosen: { item: T; score: number; set: ReadonlySet<number> }[] = [];
  const ofFile = new Map<string, number>();
  const most = Math.ceil(limit * fileShare);
  const least = (ranked[0]?.score ?? 0) * worthHearing;
  while (chosen.length < limit && pool.length > 0) {
    const first = pool.reduce(better);
    const full = (ofFile.get(first.item.file_id) ?? 0) >= most;
    const others = full ? pool.filter(({ item }) => item.score >= least && (ofFile.get(item.file_id) ?? 0) < most) : [];
    const best = others.length > 0 ? others.reduce(better) : first;
    pool.splice(pool.indexOf(best), 1);
    const set = shingles(termsOf(best.item));
    if (chosen.some((other) => jaccard(other.set, set) > sameText)) {
      onCopy?.(best.item);
      continue;
    }
    chosen.push({ ...best, set });
    ofFile.set(best.item.file_id, (ofFile.get(best.item.file_id) ?? 0) + 1);
    for (const each of pool) {
      if (each.item.file_id === best.item.file_id && each.item.page === best.item.page) each.score *= 0.93;
    }
  }
  return chosen.map(({ item, score }) => ({ ...item, score }));
}

const better = <T extends { score: number }>(top: T, each: T): T => (each.score > top.score ? each : top);
