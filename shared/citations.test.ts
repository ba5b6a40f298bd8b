import { describe, expect, it } from 'vitest';
import { splitCitations, withoutCode } from './citations.ts';

describe('splitting citations', () => {
  it('finds single and adjoining ones', () => {
    expect(splitCitations('It rains [1][12]. Often.')).toEqual([
      { type: 'text', text: 'It rains ', at: 0 },
      { type: 'cite', index: 1, at: 9 },
      { type: 'cite', index: 12, at: 12 },
      { type: 'text', text: '. Often.', at: 16 },
    ]);
  });
  it('leaves other brackets alone', () => {
    for (const text of ['[0]', '[x]', 'a[1234]', '[ 1 ]', '']) {
      expect(splitCitations(text).filter(({ type }) => type === 'cite')).toEqual([]);
    }
  });
});

describe('an answer without its code', () => {
  it('keeps every other letter at its place', () => {
    const answer = 'So [1], not `[2]`.\n```\n[3]\n```\n[4]';
    expect(withoutCode(answer)).toHaveLength(answer.length);
    expect(withoutCode(answer)).toMatch(/^So \[1\], not {6}\.\n {3}\n {3}\n {3}\n\[4\]$/);
  });
});
