import { expect, it } from 'vitest';
import { safeHref } from './links.ts';

it.each(['https://example.org/a?b#c', 'http://localhost:3000', 'mailto:a@b.c', '#note'])('lets %s through', (href) => {
  expect(safeHref(href)).toBe(href);
});
it.each([
  'javascript:alert(1)',
  ' JaVaScRiPt:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'blob:x',
  '/api/auth/logout',
  '',
  undefined,
])('refuses %j', (href) => {
  expect(safeHref(href)).toBeNull();
});
