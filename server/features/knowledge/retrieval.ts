import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Passage } from '../../../shared/api/passages.ts';
import { fold } from '../../lib/text/fold.ts';
import { compoundTerms, decompose } from '../../lib/text/compounds.ts';
import { readQuestion, type Concept, type Question } from '../../lib/text/question.ts';
import { analyse } from '../../lib/text/terms.ts';
import { estimateTokens } from '../../lib/text/tokens.ts';
import type { Clause, SearchScope, TermIndex } from '../../platform/search/driver.ts';
import type { VectorHit } from '../../platform/vectors/driver.ts';
import { reorder, type Rerank } from './reordering.ts';
import type { Trace } from './traces.ts';
import type { PassageRepository, PassageRow } from './repository.ts';
import { fuse, idf, rank, selectDiverse, type FusedList, type Ranked, type WeighedConcept } from './ranking.ts';

/** Passages ranked here, after the engine's first choice. */
const candidateLimit = 300;
/** Read with their text for the last round. */
const finalists = 60;
/** Passages of one word looked at; a word in more of them says nothing that a rarer one does not say better. */
const common = 2_000;
const headingBonus = 0.25;
const titleBonus = 0.2;
const pageBonus = 1.5;

/** Passages that a trace tells of. */
const traced = 40;

/** Below this cosine a passage has nothing to do with the question. */
const unrelated = 0.3;

/** What words count for in the list of both: measured (test/evaluation), with vectors that know little and that know much. */
const wordsCount = 0.6;

/** The passages nearest in meaning, best first, within the scope; none where nothing is embedded, null where nobody could say in time. */
export type SearchMeaning = (scope: SearchScope, text: string, limit: number) => Promise<VectorHit[] | null>;

type Deps = {
  passages: PassageRepository;
  index: TermIndex;
  meaning?: SearchMeaning | undefined;
  rerank?: Rerank | undefined;
};
type Counted = WeighedConcept & { found: number };
type Weighed = Ranked & { row: PassageRow; page: number | null; terms?: string };
/** A passage that was looked at, and whether it is among those that were found: at its place in them, or why not. */
export type Considered = Omit<Trace['items'][number], 'outcome'> & { outcome: 'given' | 'copy' | 'later' };
export type Retrieval = {
  passages: Passage[];
  matched: boolean;
  /** How they were found; what was `given` is in the order of `passages`. */
  way: Trace['way'];
  terms: string[];
  byMeaning: boolean;
  /** Passages are embedded, and words alone were searched for: the model or the store did not answer. */
  meaningFailed: boolean;
  rerank: Trace['rerank'];
  considered: Considered[];
};

/**
 * Finds passages for a question: engine's candidates → BM25 with coverage and closeness → headings, titles; beside it those
 * nearest in meaning, where passages are embedded; both lists fused by rank; a model's look at the best of them, where one is
 * chosen; diversity.
 */
export function createRetriever({ passages, index, meaning, rerank }: Deps) {
  return async function retrieve(
    scope: SearchScope,
    text: string,
    limit: number,
    signal?: AbortSignal,
  ): Promise<Retrieval> {
    if (scope.fileIds?.length === 0) return { ...nothing, terms: [] };
    const question = readQuestion(text);
    const terms = question.concepts.map((concept) => concept.text);
    const total = passages.count(scope);
    // Only a question without a subject waits for it.
    if (question.general && (await total) === 0) return { ...nothing, terms };
    // Asked for no subject: the pages named, or the files as such, are what was asked for.
    if (question.general && question.pages.length > 0) {
      const rows = await passages.onPages(scope, question.pages, limit);
      if (rows.length > 0) return { ...asTheyAre(rows, 1, 'pages'), matched: true, terms };
    }
    if (question.general && (scope.fileIds || question.requests))
      return { ...(await openings()), matched: true, terms };
    const found = await search(question, total);
    if (found.passages.length > 0) return { ...found, matched: true, terms };
    const { meaningFailed } = found;
    if (!scope.fileIds || (await total) === 0) return { ...nothing, meaningFailed, terms };
    return { ...(await openings()), matched: false, meaningFailed, terms };

    async function search(
      asked: Question,
      passagesInScope: Promise<number>,
    ): Promise<Omit<Retrieval, 'matched' | 'terms'>> {
      const [worded, meant] = await Promise.all([byWords(asked, passagesInScope), byMeaning(), passagesInScope]);
      const near = meant ?? [];
      const fused =
        near.length > 0 ? fuse([listOf(worded, wordsCount, 0), listOf(near, 1 - wordsCount, unrelated)]) : worded;
      const copies = new Set<string>();
      const judged = await reorder(rerank, text, fused, signal);
      const chosen = selectDiverse(judged.items, limit, termsOf, ({ passage_id }) => copies.add(passage_id));
      const best = chosen[0]?.score ?? 1;
      const [wordRank, meaningRank] = [ranksIn(worded), ranksIn(near)];
      const given = new Set(chosen.map(({ passage_id }) => passage_id));
      const told = [...chosen, ...judged.items.filter(({ passage_id }) => !given.has(passage_id))].slice(0, traced);
      return {
        passages: chosen.map(({ row, score }) => present(row, score / best)),
        way: 'search',
        byMeaning: near.length > 0,
        meaningFailed: meant === null,
        rerank: judged.rerank,
        considered: told.map(({ passage_id, row }) => ({
          ...tracedPlace(row),
          by_words: wordRank.get(passage_id) ?? null,
          by_meaning: meaningRank.get(passage_id) ?? null,
          by_rerank: judged.ranks.get(passage_id) ?? null,
          outcome: given.has(passage_id) ? 'given' : copies.has(passage_id) ? 'copy' : 'later',
        })),
      };
    }

    async function byMeaning(): Promise<Weighed[] | null> {
      // Nobody's model is asked for a question that nothing can answer.
      if (!meaning || (await total) === 0) return [];
      const found = await meaning(scope, text, finalists);
      if (!found) return null;
      const hits = found.filter(({ score }) => score >= unrelated);
      const ordinals = Map.groupBy(hits, ({ file_id }) => file_id);
      const places = [...ordinals].map(([file_id, of]) => ({ file_id, ordinals: of.map(({ ordinal }) => ordinal) }));
      const rows = new Map((await passages.at(scope, places)).map((row) => [`${row.file_id}:${row.ordinal}`, row]));
      return hits.flatMap(({ file_id, ordinal, score }) => {
        const row = rows.get(`${file_id}:${ordinal}`);
        return row ? [{ passage_id: row.id, file_id, score, row, page: row.page }] : [];
      });
    }

    async function byWords(asked: Question, passagesInScope: Promise<number>): Promise<Weighed[]> {
      if (asked.concepts.length === 0) return [];
      const concepts = await weigh(asked, passagesInScope);
      const clauses = clausesFor(concepts);
      if (clauses.length === 0) return [];
      // On SQLite this and the counting run on the main thread: what else waits has its turn in between.
      await nextTurn();
      const candidates = await index.match({ scope, clauses, limit: candidateLimit, depth: common });
      await nextTurn();
      const ranked = rank(candidates, concepts).slice(0, finalists);
      const rows = new Map(
        (
          await passages.byIds(
            scope,
            ranked.map(({ passage_id }) => passage_id),
          )
        ).map((row) => [row.id, row]),
      );
      const share = sharesOf(concepts);
      const found = ranked.flatMap((item) => {
        const row = rows.get(item.passage_id);
        return row ? [{ ...item, row, page: row.page, score: item.score * bonus(row, share, asked.pages) }] : [];
      });
      return found.sort(byScore);
    }

    /** How rare each concept is in the scope. Compounds that occur nowhere are looked for in their parts. */
    async function weigh(asked: Question, passagesInScope: Promise<number>): Promise<Counted[]> {
      const counted = await count(asked.concepts);
      const missing = counted.filter(({ found }) => found === 0);
      const parts = asked.language === null || asked.language === 'de' ? compoundTerms(missing) : [];
      if (parts.length === 0) return counted;
      const known = await index.count(
        scope,
        parts.map((term) => [term]),
        common,
      );
      const isKnown = new Set(parts.filter((_, at) => known[at]));
      const [whole, broken] = [
        counted.filter(({ found }) => found > 0),
        missing.flatMap((concept) => decompose(concept, (term) => isKnown.has(term))),
      ];
      return [...whole, ...(await count(broken))];

      async function count(concepts: readonly Concept[]): Promise<Counted[]> {
        const [counts, all] = await Promise.all([
          index.count(
            scope,
            concepts.map(({ variants }) => variants),
            common,
          ),
          passagesInScope,
        ]);
        return concepts.map((concept, at) => ({
          ...concept,
          idf: idf(counts[at] ?? 0, all),
          found: counts[at] ?? 0,
        }));
      }
    }

    /** First passages of each file, and some from further on, as many as there is room for. */
    async function openings() {
      const files = await passages.lengths(scope);
      const each = Math.max(1, Math.floor(limit / files.length));
      const places = files
        .slice(0, limit)
        .map(({ file_id, total: length }) => ({ file_id, ordinals: spread(length, each) }));
      const rows = await passages.at(scope, places);
      const order = new Map(places.map(({ file_id }, at) => [file_id, at]));
      rows.sort((a, b) => (order.get(a.file_id) ?? 0) - (order.get(b.file_id) ?? 0) || a.ordinal - b.ordinal);
      return asTheyAre(rows.slice(0, limit), 0, 'openings');
    }
  };
}

const nothing: Omit<Retrieval, 'terms'> = {
  passages: [],
  matched: false,
  way: 'search',
  byMeaning: false,
  meaningFailed: false,
  rerank: null,
  considered: [],
};

/** Past a list that is full there is more of what its last one is; past another, what has nothing to do with the question. */
const listOf = (items: readonly Weighed[], weight: number, nothing: number): FusedList<Weighed> => ({
  items,
  weight,
  least: items.length < finalists ? nothing : (items.at(-1)?.score ?? nothing),
});

const ranksIn = (list: readonly Ranked[]): Map<string, number> =>
  new Map(list.map(({ passage_id }, at) => [passage_id, at + 1]));

/** What a trace keeps of a passage. */
export const tracedPlace = ({ file_id, page, ordinal, text, tokens }: PassageRow) => ({
  file_id,
  page,
  ordinal,
  tokens: tokens ?? estimateTokens(text),
});

/** Passages that were not searched for, but are at the place that was asked for. */
const asTheyAre = (rows: readonly PassageRow[], score: number, way: Retrieval['way']) => ({
  passages: rows.map((row) => present(row, score)),
  way,
  byMeaning: false,
  meaningFailed: false,
  rerank: null,
  considered: rows.map((row): Considered => ({
    ...tracedPlace(row),
    by_words: null,
    by_meaning: null,
    by_rerank: null,
    outcome: 'given',
  })),
});

/**
 * One clause a concept that tells passages apart, weighing as it is rare. Where every word is common, passages that have
 * two or all of them come first.
 */
function clausesFor(concepts: readonly Counted[]): Clause[] {
  const present = concepts.filter(({ found }) => found > 0);
  const telling = present.filter(({ found }) => found < common);
  const single = (telling.length > 0 ? telling : present).map((concept) => clause([concept]));
  if (telling.length > 0 || present.length < 2) return single;
  const pairs = present.slice(1).flatMap((concept, at) => (present[at] ? [clause([present[at], concept])] : []));
  return [clause(present), ...pairs, ...single];
}

const clause = (concepts: readonly WeighedConcept[]): Clause => ({
  all: concepts.map(({ variants }) => variants),
  weight: Math.max(1, Math.round(100 * concepts.reduce((sum, concept) => sum + concept.idf * concept.weight, 0))),
});

const termsOf = ({ terms, row }: Weighed): readonly string[] =>
  terms?.split(' ') ?? analyse(row.text, 'en').map(({ term }) => term);

const byScore = (a: Ranked, b: Ranked): number => b.score - a.score;

/** What the words' place adds: in the passage's heading, in the file's name, on a page that was asked for. */
function bonus(row: PassageRow, share: (text: string) => number, pages: readonly number[]): number {
  const [first = ''] = row.text.split('\n', 1);
  const heading = first.length <= 90 && row.text.length > first.length ? share(first) : 0;
  const title = share(row.filename.replace(/[_.-]+/g, ' '));
  return (
    (1 + headingBonus * heading + titleBonus * title) * (row.page !== null && pages.includes(row.page) ? pageBonus : 1)
  );
}

/** How much of the question, 0 to 1, a few words name. Passages have their file's name and often their heading in common. */
function sharesOf(concepts: readonly WeighedConcept[]): (text: string) => number {
  const known = new Map<string, number>();
  return (text) => {
    const share = known.get(text) ?? shareOf(text, concepts);
    known.set(text, share);
    return share;
  };
}

function shareOf(text: string, concepts: readonly WeighedConcept[]): number {
  const terms = new Set([...analyse(text, 'en'), ...analyse(fold(text), 'de')].map(({ term }) => term));
  const all = concepts.reduce((sum, concept) => sum + concept.idf, 0);
  const named = concepts.filter(({ variants }) => variants.some((term) => terms.has(term)));
  return all === 0 ? 0 : named.reduce((sum, concept) => sum + concept.idf, 0) / all;
}

/** Half from the start, the rest evenly over what follows. */
function spread(total: number, wanted: number): number[] {
  if (total <= wanted) return Array.from({ length: total }, (_, at) => at);
  const first = Math.ceil(wanted / 2);
  const rest = wanted - first;
  const step = (total - first) / Math.max(1, rest);
  return [
    ...Array.from({ length: first }, (_, at) => at),
    ...Array.from({ length: rest }, (_, at) => Math.floor(first + step * (at + 0.5))),
  ];
}

export const present = (row: PassageRow, score: number): Passage => ({
  source: { kind: 'file', id: row.file_id, title: row.filename },
  ...(row.page !== null && { page: row.page }),
  ordinal: row.ordinal,
  text: row.text,
  score: Math.round(score * 1_000) / 1_000,
});
