import { expect, it } from 'vitest';
import { coresIn } from './machine.ts';

it('reads lists of processors', () => {
  expect(coresIn('0-1\n')).toEqual([0, 1]);
  expect(coresIn('3')).toEqual([3]);
  expect(coresIn('0,2-4,7')).toEqual([0, 2, 3, 4, 7]);
  expect(coresIn('')).toEqual([]);
});
