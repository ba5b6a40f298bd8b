import { expect, it } from 'vitest';
import { tagsIn } from './tags.ts';

it('reads several tags from a line, in small letters and each once', () => {
  expect(tagsIn(' Work, travel ,,WORK, Österreich ')).toEqual(['work', 'travel', 'österreich']);
  expect(tagsIn(' , ')).toEqual([]);
});
