import { describe, expect, it } from 'vitest';
import type { PlacedText } from '../../platform/extract/driver.ts';
import { createPage } from './places.ts';

const lines: PlacedText[] = [
  ['The lease began in May and the depo-', 1_000, 1_000, 4_000, 200],
  ['sit is three months of rent.', 1_000, 1_300, 3_000, 200],
  ['The lease began', 1_000, 5_000, 2_000, 200],
];

describe('where words stand on a page', () => {
  it('is told by line, over hyphens', () => {
    const { boxesOf } = createPage(lines);
    expect(boxesOf('The lease began in May and the deposit is three months of rent.')).toEqual([
      [1_000, 1_000, 4_000, 200],
      [1_000, 1_300, 3_000, 200],
    ]);
  });

  it('is the part of the line that the words take', () => {
    const [box] = createPage(lines).boxesWithin('', 'began in May');
    const [x, y, width, height] = box ?? [0, 0, 0, 0];
    expect([y, height]).toEqual([1_000, 200]);
    expect(x).toBeGreaterThan(1_800);
    expect(x + width).toBeLessThan(3_600);
  });

  it('is within the passage where the words stand twice', () => {
    const page = createPage([...lines.slice(2), ...lines.slice(0, 2)]);
    expect(page.boxesWithin('The lease began in May and the deposit', 'The lease began')[0]?.[1]).toBe(1_000);
  });

  it('joins the words of a line, and keeps lines and columns apart', () => {
    const { boxesOf } = createPage([
      ['Rinse', 1_000, 1_000, 500, 200],
      ['the', 1_550, 1_020, 300, 170],
      ['filter', 1_900, 1_000, 500, 200],
      ['daily', 1_000, 1_300, 400, 200],
      ['again', 7_000, 1_300, 400, 200],
    ]);
    expect(boxesOf('Rinse the filter daily again')).toEqual([
      [1_000, 1_000, 1_400, 200],
      [1_000, 1_300, 400, 200],
      [7_000, 1_300, 400, 200],
    ]);
  });

  it('is nowhere for what does not stand there, and on a page that nothing is known of', () => {
    expect(createPage(lines).boxesOf('Something else.')).toEqual([]);
    expect(createPage([]).boxesWithin('The lease', 'lease')).toEqual([]);
  });
});
