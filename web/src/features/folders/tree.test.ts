import { expect, it } from 'vitest';
import type { Folder } from '../../../../shared/api/folders.ts';
import { linesOf } from './tree.ts';

const folder = (id: string, parent_id: string | null): Folder => ({
  id,
  name: id,
  parent_id,
  created_at: '',
  updated_at: '',
});

it('draws folders by name, each under the one it lies in', () => {
  const lines = linesOf([
    folder('b', null),
    folder('a2', 'a'),
    folder('a', null),
    folder('a1', 'a'),
    folder('x', 'gone'),
  ]);
  expect(lines.map(({ folder: { name }, depth }) => `${depth}${name}`)).toEqual(['0a', '1a1', '1a2', '0b', '0x']);
});
