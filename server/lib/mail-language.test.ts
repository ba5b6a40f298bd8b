import { expect, it } from 'vitest';
import { mailLanguageOf } from './mail-language.ts';

it.each([
  ['de', 'de'],
  ['de-AT', 'de'],
  ['EN-gb', 'en'],
  ['fr-CH, fr;q=0.9, en;q=0.8, de;q=0.85, *;q=0.5', 'de'],
  ['en;q=0, de;q=0.1', 'de'],
  ['fr, it', null],
  ['deutsch', null],
  ['*', null],
  ['', null],
  [null, null],
  [';;q=x,,', null],
])('%j is answered in %j', (wanted, language) => {
  expect(mailLanguageOf(wanted)).toBe(language);
});
