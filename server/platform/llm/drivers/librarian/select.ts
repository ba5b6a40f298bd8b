import { jaccard } from '../../../../lib/text/similarity.ts';
import type { Asked } from './cues.ts';
import type { Scored } from './score.ts';
import type { Page, Unit } from './units.ts';

/** Sentences of one passage, from and to included. */
export type Quote = { passage: number; from: number; to: number };

const mostQuotes = 3;
/** Share of the best score that a further quote needs. */
const worthAdding = 0.85;
/** Past this overlap a sentence repeats what is quoted already. */
const repeats = 0.5;
const mostItems = 14;
const mostWords = 70;
/** Opens a sentence that points back at the one before. */
const pointsBack =
  /^["'“„(]?(?:this|that|these|those|it|they|he|she|such|then|otherwise|however|therefore|in this case|in that case|dies(?:e[rsmn]?)?|das|es|sie|er|dann|sonst|jedoch|dabei|dadurch|daher|damit|in diesem fall|ce|cela|il|elle)\b/iu;

/** The best quotes, each with what is needed to understand it, in order of worth; sentences that repeat each other once. */
export function selectQuotes(pages: readonly Page[], scored: readonly Scored[], asked: Asked): Quote[] {
  const best = scored[0]?.score ?? 0;
  const quotes: Quote[] = [];
  const said: Unit[] = [];
  for (const { unit, score } of scored) {
    if (quotes.length >= mostQuotes || score < best * worthAdding) break;
    if (quotes.some((quote) => quote.passage === unit.passage && unit.at >= quote.from && unit.at <= quote.to))
      continue;
    if (said.some((other) => jaccard(other.terms, unit.terms) > repeats)) continue;
    const units = pages[unit.passage]?.units ?? [];
    add(quotes, widen(unit, units, asked));
    said.push(unit);
  }
  return quotes;
}

/** Joins what touches a quote of the same passage. */
function add(quotes: Quote[], quote: Quote): void {
  const touching = quotes.find(
    (other) => other.passage === quote.passage && quote.from <= other.to + 1 && quote.to >= other.from - 1,
  );
  if (!touching) quotes.push(quote);
  else {
    touching.from = Math.min(touching.from, quote.from);
    touching.to = Math.max(touching.to, quote.to);
  }
}

function widen(unit: Unit, units: readonly Unit[], asked: Asked): Quote {
  let { at: from, at: to } = unit;
  const kindAt = (at: number): string | undefined => units[at]?.kind;
  if (unit.kind === 'item' && asked.lists) {
    while (sameList(units, from - 1) && to - from < mostItems) from--;
    while (sameList(units, to + 1) && to - from < mostItems) to++;
  } else if (unit.kind === 'item') {
    // An item of several sentences is quoted whole.
    while (units[from - 1]?.block === unit.block) from--;
    while (units[to + 1]?.block === unit.block) to++;
  }
  // A list makes sense with the sentence that introduces it.
  if (unit.kind === 'item' && /:\s*$/.test(units[from - 1]?.text ?? '')) from--;
  if (unit.kind === 'paragraph' && pointsBack.test(unit.text) && units[from - 1]?.block === unit.block) from--;
  // What is to be done goes on after its first sentence.
  if (unit.kind === 'paragraph' && asked.lists)
    while (units[to + 1]?.block === unit.block && wordsIn(units, from, to + 1) <= mostWords) to++;
  if (/:\s*$/.test(units[to]?.text ?? '')) while (kindAt(to + 1) === 'item' && to - from < mostItems) to++;
  return { passage: unit.passage, from, to };
}

const wordsIn = (units: readonly Unit[], from: number, to: number): number =>
  units.slice(from, to + 1).reduce((sum, { words }) => sum + words, 0);

const sameList = (units: readonly Unit[], at: number): boolean => units[at]?.kind === 'item';
