import { describe, expect, it } from 'vitest';
import type { Message } from '../../../../shared/api/chat.ts';
import {
  citedNumbers,
  doubtsOf,
  gatherFolded,
  isDoubted,
  lettersBefore,
  quotedRanges,
  shareSources,
} from './citations.ts';

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
  it('lists a file of which many passages were read as one, and others one by one', () => {
    const of = (id: string) => ({ source: { kind: 'file' as const, id, title: id }, text: '', score: 0 });
    const sources = [of('a'), of('b'), ...Array.from({ length: 140 }, () => of('a')), of('b')];
    const { folded } = shareSources([1], sources.length);
    expect(gatherFolded(folded, sources)).toEqual([
      { index: 2, count: 1 },
      { index: 3, count: 140 },
      { index: 143, count: 1 },
    ]);
    expect(gatherFolded([], sources)).toEqual([]);
  });
});

describe('what was found out about an answer’s citations', () => {
  const citation = (quotes: [number | null, number | null][]) => ({
    number: 1,
    page: null,
    boxes: [],
    unproven: [],
    quotes: quotes.map(([start, end]) => ({ text: '', found: true, start, end, boxes: [] })),
  });
  it('joins quotations that touch, and leaves out those that stand elsewhere', () => {
    expect(
      quotedRanges(
        citation([
          [20, 30],
          [0, 10],
          [null, null],
          [8, 12],
        ]),
      ),
    ).toEqual([
      { start: 0, end: 12 },
      { start: 20, end: 30 },
    ]);
    expect(quotedRanges(undefined)).toEqual([]);
  });
  it('knows a mark again by the letters before it, dressed as Markdown or not', () => {
    const content = 'It says **“the burner gives 35 kilowatts”** [1][2]. It is _hot_ [1].';
    const message = {
      content,
      parts: [{ type: 'citations', items: [{ ...citation([]), unproven: [content.indexOf('[1]')] }] }],
    } as unknown as Message;
    const doubts = doubtsOf(message);
    expect(isDoubted(doubts, 1, lettersBefore('It says “the burner gives 35 kilowatts” '))).toBe(true);
    expect(isDoubted(doubts, 2, lettersBefore('It says “the burner gives 35 kilowatts” [1]'))).toBe(false);
    expect(isDoubted(doubts, 1, lettersBefore('It says “the burner gives 35 kilowatts” [1][2]. It is hot '))).toBe(
      false,
    );
    expect(isDoubted(doubts, 1, '')).toBe(false);
  });
});
