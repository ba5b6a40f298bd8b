import { expect, it } from 'vitest';
import { pauseFor } from './pace.ts';

it('draws a short answer with each frame, and a long one more rarely the longer it is, but never rarely', () => {
  const pauses = [0, 299, 300, 1_000, 5_000, 5_300, 20_000, 1_000_000].map(pauseFor);
  expect(pauses).toEqual([0, 0, 100, 107, 147, 150, 150, 150]);
});
