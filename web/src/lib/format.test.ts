import { expect, it } from 'vitest';
import { localeOf } from './format.ts';

it('writes dates as in the region that the browser names for the language of the page', () => {
  expect(localeOf('en', ['de-AT', 'en-GB', 'en-US'])).toBe('en-GB');
  expect(localeOf('de', ['de-AT', 'en'])).toBe('de-AT');
});

it('keeps the language alone where the browser speaks another', () => {
  expect(localeOf('de', ['en-GB'])).toBe('de');
  expect(localeOf('en', ['enx', 'fr'])).toBe('en');
});
