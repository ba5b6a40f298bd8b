import { beforeEach, expect, it } from 'vitest';
import { selection } from './selection.ts';

const list = ['a', 'b', 'c', 'd', 'e'];
const chosen = (): string[] => [...(selection.selected.get() ?? [])].sort();
beforeEach(() => selection.begin('b'));

it('takes and leaves one at a time', () => {
  selection.toggle('d', true, null);
  expect(chosen()).toEqual(['b', 'd']);
  selection.toggle('b', false, null);
  expect(chosen()).toEqual(['d']);
});

it('takes a range from the last one, forwards and backwards', () => {
  selection.toggle('d', true, list);
  expect(chosen()).toEqual(['b', 'c', 'd']);
  selection.toggle('a', true, list);
  expect(chosen()).toEqual(['a', 'b', 'c', 'd']);
});

it('takes the one alone where the range began with one that is not in the list any more', () => {
  selection.begin('gone');
  selection.toggle('c', true, list);
  expect(chosen()).toEqual(['c', 'gone']);
});

it('is over when it is ended', () => {
  selection.end();
  expect(selection.selected.get()).toBeNull();
});
