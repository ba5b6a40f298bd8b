import { describe, expect, it } from 'vitest';
import { tokenUsage, vectorsOf } from './protocol.ts';

describe('what servers tell', () => {
  it.each([
    [[[1, 2]], 1, true],
    [[], 0, true],
    [[[1, 2]], 2, false],
    [[[]], 1, false],
    [[['1']], 1, false],
    [['AAAA'], 1, false],
    [[undefined], 1, false],
  ])('%j is %i vectors: %s', (value, wanted, are) => {
    expect(vectorsOf(value, wanted)).toEqual(are ? value : undefined);
  });

  it('about tokens is whole and never negative, and what is not told stays away', () => {
    expect(tokenUsage(1.4, -3)).toEqual({ prompt_tokens: 1, completion_tokens: 0, total_tokens: 1 });
    expect(tokenUsage('7', 2, { total: 9, cached: 0, reasoning: 1 })).toEqual({
      prompt_tokens: 0,
      completion_tokens: 2,
      total_tokens: 9,
      reasoning_tokens: 1,
    });
  });
});
