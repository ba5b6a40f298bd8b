import { describe, expect, it } from 'vitest';
import { quotedRanges, splitCitations } from './citations.ts';

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

describe('finding what was quoted', () => {
  const passage = 'The lease began in May.  The deposit is three\nmonths of rent. It is paid back within sixty days.';
  const quotes = (answer: string, index = 1) =>
    quotedRanges(answer, index, passage).map(({ start, end }) => passage.slice(start, end));

  it('marks a quote across line breaks, case and quotation marks', () => {
    expect(quotes('> “the deposit is three months of rent.” [1]')).toEqual(['The deposit is three\nmonths of rent.']);
  });
  it('joins sentences that touch, and keeps apart those of another source', () => {
    expect(quotes('It is paid back within sixty days. [2]')).toEqual([]);
    expect(quotes('Some words. It is paid back within sixty days. [1]')).toEqual([
      'It is paid back within sixty days.',
    ]);
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
