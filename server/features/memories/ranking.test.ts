import { expect, it } from 'vitest';
import { cosine, ranked } from './ranking.ts';

it('puts first what words and meaning both speak for, and keeps the order of what neither does', () => {
  const all = [
    { shared: 0, near: null },
    { shared: 2, near: 0.2 },
    { shared: 1, near: 0.9 },
    { shared: 0, near: 0.5 },
    { shared: 0, near: -0.4 },
  ];
  expect(ranked(all)).toEqual([2, 1, 3, 0, 4]);
  expect(ranked(all.map(({ shared }) => ({ shared, near: null })))).toEqual([1, 2, 0, 3, 4]);
});

it('measures the angle between vectors', () => {
  expect(cosine(Float32Array.of(3, 0), Float32Array.of(1, 0))).toBe(1);
  expect(cosine(Float32Array.of(1, 0), Float32Array.of(0, 2))).toBe(0);
  expect(cosine(Float32Array.of(1, 0), Float32Array.of(1, 0, 0))).toBe(0);
  expect(cosine(Float32Array.of(0, 0), Float32Array.of(1, 0))).toBe(0);
});
