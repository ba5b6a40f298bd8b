import { decompose } from '../../../../lib/text/compounds.ts';
import { analyse } from '../../../../lib/text/terms.ts';
import type { Question } from '../../../../lib/text/question.ts';
import type { Asked } from './cues.ts';
import type { Page, Unit } from './units.ts';

export type Scored = {
  unit: Unit;
  score: number;
  /** How much of the question, 0 to 1 by weight, the sentence says with the heading above and the sentences beside it. */
  coverage: number;
  /** The same for the sentence alone. */
  own: number;
  /** What the sentence says of the question, under its heading: concept → share of the whole. */
  says: ReadonlyMap<number, number>;
};

/** What a word of the question is worth where it stands. */
const standing = { sentence: 1, heading: 0.6, beside: 0.35, passage: 0.15, title: 0.15 };
const idf = (found: number, total: number): number => Math.log(1 + (total - found + 0.5) / (found + 0.5));

/** Every sentence that can be quoted with what it is worth as an answer, best first; none without a word of the question near it. */
export function scoreSentences(pages: readonly Page[], question: Question, asked: Asked): Scored[] {
  const units = pages.flatMap((page) => page.units);
  const here = new Set(pages.flatMap(({ terms }) => [...terms]));
  const isHere = (term: string): boolean => here.has(term);
  const concepts = question.concepts
    .flatMap((concept) => (concept.variants.some(isHere) ? [concept] : decompose(concept, isHere)))
    .map(({ variants, weight }) => {
      const isIn = (terms: ReadonlySet<string> | undefined): boolean => variants.some((term) => terms?.has(term));
      return { isIn, weight, value: weight * idf(units.filter(({ terms }) => isIn(terms)).length, units.length) };
    });
  const total = concepts.reduce((sum, { value }) => sum + value, 0) || 1;
  const weights = concepts.reduce((sum, { weight }) => sum + weight, 0) || 1;
  const best = Math.max(...pages.map(({ passage }) => passage.score), 0) || 1;

  return pages
    .flatMap((page) =>
      page.units
        .filter(({ kind }) => kind !== 'heading')
        .map((unit): Scored => {
          const beside = [page.units[unit.at - 1], page.units[unit.at + 1]].filter(
            (other) => other && (other.block === unit.block || introduces(other, unit)),
          );
          let worth = 0;
          let covered = 0;
          let own = 0;
          const says = new Map<number, number>();
          for (const [concept, { isIn, weight, value }] of concepts.entries()) {
            const at = isIn(unit.terms)
              ? 'sentence'
              : isIn(unit.heading)
                ? 'heading'
                : beside.some((other) => isIn(other?.terms))
                  ? 'beside'
                  : isIn(page.terms)
                    ? 'passage'
                    : isIn(page.title)
                      ? 'title'
                      : null;
            if (at === null) continue;
            worth += value * standing[at];
            if (at === 'sentence') own += weight;
            if (at === 'sentence' || at === 'heading') says.set(concept, weight / weights);
            covered += weight * (at === 'passage' ? 0.6 : at === 'title' ? 0.5 : 1);
          }
          const onPage = page.passage.page !== undefined && question.pages.includes(page.passage.page) ? 1.3 : 1;
          const form =
            asked.fit(unit.text) *
            length(unit) *
            (asked.defines && isDefinition(unit, concepts[0]?.isIn) ? 1.4 : 1) *
            (asked.lists && unit.kind === 'item' ? 1.15 : 1);
          const score = (worth / total) * form * onPage * (0.85 + 0.15 * (page.passage.score / best));
          return { unit, score, coverage: covered / weights, own: own / weights, says };
        }),
    )
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.unit.passage - b.unit.passage || a.unit.at - b.unit.at);
}

/** Fragments say too little to be quoted, walls of text too much, and a line of a table of contents or an index only points. */
function length({ words, kind, text }: Unit): number {
  if (leaders.test(text)) return 0.2;
  return words < 4 && kind !== 'row' ? 0.6 : words > 60 ? 0.8 : 1;
}

/** The dots that lead the eye to a page number. */
const leaders = /(?:[.·…]\s?){5,}/u;

/** A sentence that ends in a colon, right before the list that it speaks of. */
const introduces = (other: Unit, unit: Unit): boolean =>
  unit.kind === 'item' && other.at < unit.at && /:\s*$/.test(other.text);

const defining =
  /^([^:]{0,60}?)\b(?:(?:is|are|ist|sind|est|sont)\s+(?:an?|the|any|all|ein\p{L}*|d(?:er|ie|as)|une?|l[ae])|means|refers to|denotes|stands for|bedeutet|bezeichnet)\b/iu;

/** "A carrel is …": the thing near the start, then a verb that defines. */
function isDefinition({ text }: Unit, isSubject: ((terms: ReadonlySet<string>) => boolean) | undefined): boolean {
  const subject = defining.exec(text)?.[1];
  return (
    subject !== undefined &&
    isSubject !== undefined &&
    isSubject(new Set(analyse(subject, null).map(({ term }) => term)))
  );
}
