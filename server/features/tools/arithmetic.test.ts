import { describe, expect, it } from 'vitest';
import { calculate } from './arithmetic.ts';

describe('the calculator', () => {
  it.each([
    ['2 + 3 * 4', 14],
    ['(2 + 3) * 4', 20],
    ['10 - 4 - 3', 3],
    ['2 ^ 3 ^ 2', 512],
    ['-2 ^ 2', -4],
    ['2 ** -1', 0.5],
    ['7 % 4', 3],
    ['1.5e3 / .5', 3_000],
    ['sqrt(16) + max(1, 2, 3)', 7],
    ['round(2.345, 1)', 2.3],
    ['log(8, 2)', 3],
    ['Pi * 0 + 6 × 7', 42],
  ])('works out %s', (expression, value) => {
    expect(calculate(expression)).toBeCloseTo(value, 10);
  });

  it.each([
    ['2 +', 'Something is missing at the end'],
    ['2 3', '“3” does not belong there'],
    ['(1', '“)” is missing at the end'],
    ['1 / 0', 'divided by zero'],
    ['process.exit()', 'cannot be read'],
    ['constructor(1)', '“constructor” is not known'],
    ['10 ^ 10 ^ 10', 'no finite number'],
    ['sqrt(-1)', 'no finite number'],
    ['('.repeat(500), 'nested too deeply'],
    ['1'.repeat(1_001), 'longer than'],
  ])('refuses %s with a sentence', (expression, sentence) => {
    expect(() => calculate(expression)).toThrow(sentence);
  });
});
