import { describe, expect, it } from 'vitest';
import { citedNumbers, quotedRanges, shareSources, splitCitations } from './citations.ts';

describe('splitting citations', () => {
  it('finds single and adjoining ones', () => {
    expect(splitCitations('It rains [1][12]. Often.')).toEqual([
      { type: 'text', text: 'It rains ' },
      { type: 'cite', index: 1 },
      { type: 'cite', index: 12 },
      { type: 'text', text: '. Often.' },
    ]);
  });
  it('leaves other brackets alone', () => {
    for (const text of ['[0]', '[x]', 'a[1234]', '[ 1 ]', '']) {
      expect(splitCitations(text).filter(({ type }) => type === 'cite')).toEqual([]);
    }
  });
});

describe('the sources under an answer', () => {
  it('knows which are cited: each once, in order, not those in code or beyond the last', () => {
    expect(citedNumbers('So [3]. And [1][3], not `[2]`, nor [9].\n```\nlist[4]\n```', 5)).toEqual([1, 3]);
    expect(citedNumbers('Nothing [0].', 5)).toEqual([]);
  });
  it('shows those and folds the others', () => {
    expect(shareSources([2, 5], 6)).toEqual({ shown: [2, 5], folded: [1, 3, 4, 6] });
    expect(shareSources([1, 2], 2)).toEqual({ shown: [1, 2], folded: [] });
  });
  it('shows the first three where none is cited', () => {
    expect(shareSources([], 5)).toEqual({ shown: [1, 2, 3], folded: [4, 5] });
    expect(shareSources([], 3)).toEqual({ shown: [1, 2, 3], folded: [] });
  });
});

describe('finding what was quoted', () => {
  const passage = 'The lease began in May.  The deposit is three\nmonths of rent. It is paid back within sixty days.';
  const quotes = (answer: string, index = 1) =>
    quotedRanges(answer, index, passage).map(({ start, end }) => passage.slice(start, end));

  it('marks a quote across line breaks, case and quotation marks', () => {
    expect(quotes('> “the deposit is three months of rent.” [1]')).toEqual(['The deposit is three\nmonths of rent.']);
  });
  it('takes in the mark that ends the sentence', () => {
    expect(
      quotes('It says: the deposit is three months of rent [1].').concat(quotes('The lease began in May [1].')),
    ).toEqual(['The lease began in May.']);
  });
  it('joins sentences that touch, and keeps apart those of another source', () => {
    expect(quotes('It is paid back within sixty days. [2]')).toEqual([]);
    expect(quotes('Some words. It is paid back within sixty days. [1]')).toEqual([
      'It is paid back within sixty days.',
    ]);
  });
  it('marks the full stop of a sentence that was quoted without it, and no more', () => {
    expect(quotes('It is paid back within sixty days [1].')).toEqual(['It is paid back within sixty days.']);
    expect(quotes('It is paid back within [1].')).toEqual(['It is paid back within']);
    const ends = (text: string): string[] =>
      quotedRanges('The drum holds a weight of 3 [1]', 1, text).map(({ start, end }) => text.slice(start, end));
    expect(ends('The drum holds a weight of 3.5 kg')).toEqual(['The drum holds a weight of 3']);
    expect(ends('“The drum holds a weight of 3.” So')).toEqual(['The drum holds a weight of 3.”']);
  });
  it('finds nothing in a paraphrase or in a few letters', () => {
    expect(quotes('They want a quarter of a year up front. [1]')).toEqual([]);
    expect(quotes('in May. [1]')).toEqual([]);
  });
  it('keeps positions right after letters outside the basic plane', () => {
    const text = '📎 Attached is the signed contract of sale.';
    const [range] = quotedRanges('Attached is the signed contract of sale. [1]', 1, text);
    expect(text.slice(range?.start, range?.end)).toBe('Attached is the signed contract of sale.');
  });
});
