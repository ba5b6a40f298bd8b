import { describe, expect, it } from 'vitest';
import { differences, median, percentile, ratios, spread } from './stats.ts';

describe('percentile', () => {
  it('takes the middle, between two where there are two', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([7])).toBe(7);
  });

  it('orders by number, not by text, and leaves its input alone', () => {
    const values = [100, 9, 20];
    expect(median(values)).toBe(20);
    expect(values).toEqual([100, 9, 20]);
  });

  it('goes from the lowest to the highest', () => {
    const hundred = Array.from({ length: 101 }, (_, at) => at);
    expect(percentile(hundred, 0)).toBe(0);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile([0, 10], 0.25)).toBe(2.5);
  });

  it('refuses to speak of nothing', () => {
    expect(() => percentile([], 0.5)).toThrow('nothing');
  });
});

it('spread names middle, lowest and highest', () => {
  expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
});

describe('pairs', () => {
  it('subtracts what was measured beside it', () => {
    expect(differences([5, 7], [1, 8])).toEqual([4, -1]);
  });

  it('divides by what was measured beside it', () => {
    expect(ratios([1, 20, 9], [1, 10, 3])).toEqual([1, 2, 3]);
  });

  it('refuses rows of different length', () => {
    expect(() => differences([1], [1, 2])).toThrow('beside');
    expect(() => ratios([1, 2], [1])).toThrow('beside');
  });
});
