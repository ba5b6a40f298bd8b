import { describe, expect, it } from 'vitest';
import { hasMaths, normalizeMaths } from './maths.ts';

describe('writing maths in the one form that is drawn', () => {
  it.each([
    ['so $x^2$ holds', 'so $$x^2$$ holds'],
    ['so \\(x\\) holds', 'so $$x$$ holds'],
    ['a\n\\[ x = 1 \\]\nb', 'a\n\n$$\nx = 1\n$$\n\nb'],
    ['$$x$$', '$$x$$'],
  ])('%j', (from, to) => {
    expect(normalizeMaths(from)).toBe(to);
    expect(hasMaths(to)).toBe(true);
  });

  it.each([
    'from $5 to $10',
    'it costs $5',
    '`$x$` and `\\(x\\)`',
    '```\n$x$\n```',
    'US$ 3 and US$ 4',
    'a \\$x\\$ b',
    '```sh\necho $HOME$',
  ])('leaves %j alone', (text) => {
    expect(normalizeMaths(text)).toBe(text);
    expect(hasMaths(text)).toBe(false);
  });
});
