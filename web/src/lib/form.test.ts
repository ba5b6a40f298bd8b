import { expect, it } from 'vitest';
import { changedSince } from './form.ts';

it('keeps of a draft what was typed while it was being saved', () => {
  expect(changedSince({ model: 'a', words: 5 }, { model: 'ab', words: 5, by: 'chat' })).toEqual({
    model: 'ab',
    by: 'chat',
  });
  expect(changedSince({ words: NaN }, { words: NaN })).toEqual({});
});
