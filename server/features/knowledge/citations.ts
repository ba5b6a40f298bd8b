import type { Citation, Quote } from '../../../shared/api/citations.ts';
import type { Passage } from '../../../shared/api/passages.ts';
import { createQuoteFinder, type Range } from '../../lib/text/quotes.ts';
import { claimsIn, type Claim } from './claims.ts';
import { createPage, type PlacedPage } from './places.ts';
import type { PassageRepository } from './repository.ts';

type Deps = { passages: Pick<PassageRepository, 'list' | 'layout'> };

/** Holds what an answer gives as the words of its sources against what the sources say. */
export function createVerifier({ passages }: Deps) {
  /** The page that a passage stands on: all its text, and where its words are. */
  async function pageOf({ source, page }: Passage): Promise<{ text: string; placed: PlacedPage } | null> {
    if (source.kind !== 'file' || page === undefined) return null;
    const [rows, placed] = [await passages.list(source.id, { page }), await passages.layout(source.id, page)];
    return { text: rows.map(({ text }) => text).join('\n\n'), placed: createPage(placed) };
  }

  async function check(number: number, claims: readonly Claim[], passage: Passage): Promise<Citation> {
    const page = await pageOf(passage);
    const inPassage = createQuoteFinder(passage.text);
    const onPage = createQuoteFinder(page?.text ?? '');
    const quotes = new Map<string, Quote>();
    const unproven: number[] = [];
    const boxesOf = (words: string) => page?.placed.boxesWithin(passage.text, words) ?? [];

    const take = ({ start, end }: Range): void => {
      const text = passage.text.slice(start, end);
      quotes.set(`${start}`, { text, found: true, start, end, boxes: boxesOf(text) });
    };
    for (const { at, quotations, sentences } of claims) {
      for (const quotation of quotations) {
        const here = inPassage.findParts(quotation);
        if (here) here.forEach(take);
        else {
          const found = onPage.findParts(quotation) !== null;
          const boxes = found ? boxesOf(quotation) : [];
          quotes.set(quotation, { text: quotation, found, start: null, end: null, boxes });
          if (!found) unproven.push(at);
        }
      }
      for (const sentence of sentences) {
        const range = inPassage.find(sentence);
        if (range) take(range);
      }
    }
    return {
      number,
      page: passage.page ?? null,
      boxes: page?.placed.boxesOf(passage.text) ?? [],
      quotes: [...quotes.values()].sort((a, b) => (a.start ?? Infinity) - (b.start ?? Infinity)),
      unproven: [...new Set(unproven)],
    };
  }

  /** Of each source that the answer cites, by number. A mark without a source is not among them. */
  return async function verify(answer: string, sources: readonly Passage[]): Promise<Citation[]> {
    const citations: Citation[] = [];
    const byNumber = Map.groupBy(claimsIn(answer), ({ number }) => number);
    for (const [number, claims] of [...byNumber].sort(([a], [b]) => a - b)) {
      const passage = sources[number - 1];
      if (passage) citations.push(await check(number, claims, passage));
    }
    return citations;
  };
}
