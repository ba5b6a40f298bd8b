import type { Passage } from '../../../../../shared/api/passages.ts';
import { readCues } from './cues.ts';
import { markdownOf, plainName } from './markdown.ts';
import type { Request } from './request.ts';
import { scoreSentences, type Scored } from './score.ts';
import { selectQuotes, type Quote } from './select.ts';
import { stringsFor, type Strings } from './strings.ts';
import { readPassages, type Page } from './units.ts';

export type Answer = { text: string; sources: Passage[] };

/** Share of the question that the best place has to say: below `some` nothing is an answer, below `most` it is said to be only close. */
const coverage = { some: 0.45, most: 0.6 };
const overviewSentences = 2;
const overviewPassages = 6;

/** The answer to a request from the passages that were found for it. The same input gives the same answer. */
export function composeAnswer(request: Request, passages: readonly Passage[]): Answer {
  const say = stringsFor(request.language);
  if (request.kind !== 'question') return { text: say[request.kind], sources: [] };
  if (passages.length === 0) return { text: say.empty, sources: [] };
  const pages = readPassages(passages);
  if (request.question.general) return overview(pages, say);
  const asked = readCues(request.text);
  const scored = scoreSentences(pages, request.question, asked);
  const [best] = scored;
  const reach = Math.max(0, ...scored.slice(0, 5).map((each) => each.coverage));
  const quotes = selectQuotes(pages, scored, asked);
  const joint = together(quotes, scored);
  // A sentence of the form that was asked for ("every six months") may say it in other words than the question.
  const fits = best !== undefined && asked.fit(best.unit.text) > 1;
  const close = reach >= coverage.some || joint >= coverage.most || (fits && reach >= coverage.some - 0.12);
  if (!close) return { text: say.nothing(filesOf(passages)), sources: [] };
  const sure = fits || Math.max(reach, joint) >= coverage.most;
  return written(pages, quotes, say, sure ? null : say.closest);
}

/** How much of the question the quotes say between them: a question of two parts may be answered in two places. */
function together(quotes: readonly Quote[], scored: readonly Scored[]): number {
  const quoted = scored.filter(({ unit }) =>
    quotes.some(({ passage, from, to }) => passage === unit.passage && unit.at >= from && unit.at <= to),
  );
  const said = new Map(quoted.flatMap(({ says }) => [...says]));
  return [...said.values()].reduce((sum, share) => sum + share, 0);
}

/** The opening sentences of the passages, which are the files' own where a question has no subject. */
function overview(pages: readonly Page[], say: Strings): Answer {
  const quotes = pages.slice(0, overviewPassages).flatMap(({ units }, passage): Quote[] => {
    const from = units.findIndex(({ kind }) => kind === 'paragraph' || kind === 'item');
    if (from === -1)
      return units.length > 0 ? [{ passage, from: 0, to: Math.min(units.length, overviewSentences) - 1 }] : [];
    let to = from;
    while (to - from + 1 < overviewSentences && units[to + 1] && units[to + 1]?.kind !== 'heading') to++;
    return [{ passage, from: units[from - 1]?.kind === 'heading' ? from - 1 : from, to }];
  });
  return written(pages, quotes, say, say.overview);
}

const filesOf = (passages: readonly Passage[]): string[] =>
  [...new Set(passages.map(({ source }) => plainName(source.title)))].slice(0, 5);

/** Quotes under the name and page of where they stand; each passage numbered when it is first quoted. */
function written(pages: readonly Page[], quotes: readonly Quote[], say: Strings, opening: string | null): Answer {
  const sources: Passage[] = [];
  const parts: string[] = opening ? [opening] : [];
  let above = '';
  for (const { passage: number, from, to } of quotes) {
    const page = pages[number];
    if (!page) continue;
    if (!sources.includes(page.passage)) sources.push(page.passage);
    const place = say.from(plainName(page.passage.source.title), page.passage.page);
    if (place !== above) parts.push(place);
    above = place;
    parts.push(markdownOf(page.units.slice(from, to + 1), sources.indexOf(page.passage) + 1));
  }
  return { text: parts.join('\n\n'), sources };
}
