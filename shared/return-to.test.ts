import { expect, it } from 'vitest';
import { safeReturnTo } from './return-to.ts';

it('keeps paths of this page', () => {
  expect(safeReturnTo('/c/1?x=2#end')).toBe('/c/1?x=2#end');
});

it.each([
  '//evil.example',
  '/\\evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  '/\t/evil.example',
  '/.//evil.example',
  '/sign-in',
  '',
  null,
  7,
])('goes to the desk for %j', (wanted) => {
  expect(safeReturnTo(wanted)).toBe('/');
});
