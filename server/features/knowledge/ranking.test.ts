import { describe, expect, it } from 'vitest';
import { fuse, idf, rank, selectDiverse, type WeighedConcept } from './ranking.ts';

const concept = (term: string, rarity = 2): WeighedConcept => ({
  text: term,
  variants: [term],
  weight: 1,
  idf: rarity,
});
const candidate = (passage_id: string, text: string, file_id = 'f') => ({
  passage_id,
  file_id,
  terms: text,
});
const filler = (count: number): string => Array.from({ length: count }, (_, at) => `filler${at}`).join(' ');
const order = (candidates: ReturnType<typeof candidate>[], ...concepts: WeighedConcept[]): string[] =>
  rank(candidates, concepts).map(({ passage_id }) => passage_id);

describe('ranking', () => {
  it('prefers rare words to common ones, and is never negative', () => {
    expect(idf(1, 100)).toBeGreaterThan(idf(50, 100));
    expect(idf(100, 100)).toBeGreaterThan(0);
    expect(idf(5, 0)).toBeGreaterThan(0);
    expect(
      order(
        [candidate('a', `common ${filler(20)}`), candidate('b', `rare ${filler(20)}`)],
        concept('common', 0.2),
        concept('rare', 4),
      ),
    ).toEqual(['b', 'a']);
  });

  it('prefers what covers the question to what repeats one word of it', () => {
    expect(
      order(
        [candidate('a', `pump pump pump pump pump ${filler(15)}`), candidate('b', `pump ${filler(17)} leak`)],
        concept('pump'),
        concept('leak'),
      ),
    ).toEqual(['b', 'a']);
  });

  it('prefers words that stand together, in the order of the question', () => {
    const apart = candidate('a', `notice ${filler(18)} period`);
    const swapped = candidate('b', `period notice ${filler(18)}`);
    const together = candidate('c', `notice period ${filler(18)}`);
    expect(order([apart, swapped, together], concept('notice'), concept('period'))).toEqual(['c', 'b', 'a']);
  });

  it('prefers the shorter of two that say the same', () => {
    expect(
      order([candidate('a', `pump ${filler(200)}`), candidate('b', `pump ${filler(20)}`)], concept('pump')),
    ).toEqual(['b', 'a']);
  });

  it('orders equals by id', () => {
    expect(order([candidate('b', 'pump'), candidate('a', 'pump')], concept('pump'))).toEqual(['a', 'b']);
  });
});

describe('selection', () => {
  const ranked = (passage_id: string, text: string, score: number, page = 1, file_id = 'f') => ({
    passage_id,
    file_id,
    page,
    score,
    terms: text.split(' '),
  });

  it('takes a copied text once', () => {
    const text = filler(40);
    expect(
      selectDiverse(
        [
          ranked('a', text, 3),
          ranked('b', `${text} more`, 2.9, 2, 'g'),
          ranked('c', 'quite another text than that one', 1),
        ],
        5,
        ({ terms }) => terms,
      ).map(({ passage_id }) => passage_id),
    ).toEqual(['a', 'c']);
  });

  it('hears another page before the same page again where they are nearly as good', () => {
    const pool = [
      ranked('a', 'one two three four five', 1),
      ranked('b', 'six seven eight nine ten', 0.98),
      ranked('c', 'alpha beta gamma delta', 0.95, 2),
    ];
    expect(selectDiverse(pool, 2, ({ terms }) => terms).map(({ passage_id }) => passage_id)).toEqual(['a', 'c']);
  });

  it('leaves a quarter of the room to other files where they have something to say', () => {
    const words = (at: number) => Array.from({ length: 6 }, (_, word) => `word${at}x${word}`).join(' ');
    const pool = (other: number) => [
      ...Array.from({ length: 8 }, (_, at) => ranked(`a${at}`, words(at), 10 - at / 10, at)),
      ranked('other', words(9), other, 1, 'g'),
    ];
    const files = (other: number) => selectDiverse(pool(other), 8, ({ terms }) => terms).map(({ file_id }) => file_id);
    expect(files(6)).toEqual(['f', 'f', 'f', 'f', 'f', 'f', 'g', 'f']);
    expect(files(1)).toEqual(Array.from({ length: 8 }, () => 'f'));
  });
});

describe('fusion', () => {
  const list = (ids: string, scores: readonly number[]) =>
    [...ids].map((passage_id, at) => ({ passage_id, file_id: 'f', score: scores[at] ?? 0 }));
  const order = (...lists: Parameters<typeof fuse>[0]) =>
    fuse(lists)
      .map(({ passage_id }) => passage_id)
      .join('');

  it('puts first what both find early', () => {
    const words = { items: list('abc', [3, 2, 1]), weight: 0.5, least: 0 };
    const near = { items: list('bcd', [0.9, 0.8, 0.7]), weight: 0.5, least: 0.3 };
    expect(order(words, near)[0]).toBe('b');
  });

  it('counts a place as much as it stands out from what is not in the list', () => {
    const words = { items: list('abc', [10, 9.9, 1]), weight: 0.6, least: 0 };
    const near = { items: list('cd', [0.8, 0.31]), weight: 0.4, least: 0.3 };
    expect(order(words, near)).toBe('abcd');
  });
});
