import { expect, test } from 'vitest';
import { appsOf } from './apps.ts';

const paths = (apps: string[]): string[] => appsOf({ apps }).map(({ to }) => to);

test('only granted apps are shown, and what is everybody’s', () => {
  expect(paths(['chat'])).toEqual(['/assistants', '/prompts']);
  expect(paths(['chat', 'documents'])).toEqual(['/files', '/collections', '/assistants', '/prompts']);
});

test('where nothing is granted by name, everything is shown', () => {
  expect(paths([])).toEqual(['/files', '/collections', '/assistants', '/prompts']);
});
