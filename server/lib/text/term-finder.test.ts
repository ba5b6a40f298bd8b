import { expect, it } from 'vitest';
import { createTermFinder } from './term-finder.ts';
import { jaccard, shingles } from './similarity.ts';

it('finds whole terms of each group with their places, and counts all terms', () => {
  const find = createTermFinder([['pump', 'pumps'], ['leak']]);
  expect(find('pump pumping the leak pumps leak')).toEqual({
    hits: [
      { group: 0, at: 0 },
      { group: 1, at: 3 },
      { group: 0, at: 4 },
      { group: 1, at: 5 },
    ],
    length: 6,
  });
  expect(find('pum p eak')).toEqual({ hits: [], length: 3 });
  expect(find('')).toEqual({ hits: [], length: 0 });
});

it('tells terms apart that have one hash', () => {
  // 31 × 65 + 97 = 31 × 66 + 66
  expect(createTermFinder([['Aa'], ['BB']])('BB Aa').hits).toEqual([
    { group: 1, at: 0 },
    { group: 0, at: 1 },
  ]);
});

it('sees by their runs of terms which texts are copies', () => {
  const words = Array.from({ length: 200 }, (_, at) => `word${at}`);
  expect(jaccard(shingles(words), shingles([...words]))).toBe(1);
  expect(jaccard(shingles(words), shingles(words.toReversed()))).toBe(0);
  expect(shingles(words).size).toBe(197);
  expect(jaccard(shingles(words), shingles(words.with(100, 'other')))).toBeCloseTo(193 / 201);
  expect(shingles(['a', 'b']).size).toBe(1);
  expect(jaccard(shingles(['a', 'b']), shingles(['b', 'a']))).toBe(0);
});
