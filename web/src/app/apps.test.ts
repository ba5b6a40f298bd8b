import { expect, test } from 'vitest';
import { appsOf } from './apps.ts';

const paths = (apps: string[]): string[] => appsOf({ apps }).map(({ to }) => to);

test('only granted apps are shown, and what is everybody’s', () => {
  expect(paths(['chat'])).toEqual(['/assistants', '/prompts']);
  expect(paths(['chat', 'documents'])).toEqual(['/files', '/collections', '/assistants', '/prompts']);
});

test('whom nothing is granted to has what is everybody’s', () => {
  expect(paths([])).toEqual(['/assistants', '/prompts']);
  expect(appsOf(null).map(({ to }) => to)).toEqual(['/assistants', '/prompts']);
});
