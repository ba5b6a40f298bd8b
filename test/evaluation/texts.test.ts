import { expect, it } from 'vitest';
import { oneLine, questions, textOf } from './texts.ts';

it('asks each question once, and has its answer in the text that is named', () => {
  expect(new Set(questions.map(({ question }) => question)).size).toBe(questions.length);
  const texts = new Map([...new Set(questions.map(({ file }) => file))].map((file) => [file, oneLine(textOf(file))]));
  expect(questions.filter(({ file, quote }) => !texts.get(file)?.includes(quote))).toEqual([]);
});
