import { describe, expect, it } from 'vitest';
import { newestUnder, pathTo } from './tree.ts';

const node = (id: string, parent_id: string | null, minute: number) => ({
  id,
  parent_id,
  created_at: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
});

// a ─ b ─ c ─ d        (the first way)
//  └─ b2 ─ c2          (an answer made again, and asked on)
const tree = [
  node('a', null, 0),
  node('b', 'a', 1),
  node('c', 'b', 2),
  node('d', 'c', 3),
  node('b2', 'a', 4),
  node('c2', 'b2', 5),
];
const ids = (leaf: string | null) => pathTo(tree, leaf).map(({ message }) => message.id);

describe('the path through the tree of messages', () => {
  it('ends at the newest message where nothing is chosen', () => {
    expect(ids(null)).toEqual(['a', 'b2', 'c2']);
  });

  it('follows the chosen leaf, whatever the order of what was loaded', () => {
    expect(ids('d')).toEqual(['a', 'b', 'c', 'd']);
    expect(pathTo([...tree].reverse(), 'd').map(({ message }) => message.id)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('counts the versions that share a parent, oldest first', () => {
    const [, second] = pathTo(tree, null);
    expect(second).toMatchObject({ siblings: ['b', 'b2'], at: 1 });
  });

  it('counts several roots as versions of each other', () => {
    const [root] = pathTo([...tree, node('z', null, 9)], null);
    expect(root).toMatchObject({ siblings: ['a', 'z'], at: 1 });
  });

  it('falls back to the newest message when the chosen leaf is gone', () => {
    expect(ids('deleted')).toEqual(['a', 'b2', 'c2']);
  });

  it('begins at the oldest loaded ancestor', () => {
    expect(pathTo([node('d', 'c', 3)], null).map(({ message }) => message.id)).toEqual(['d']);
  });

  it('does not hang on a circle', () => {
    expect(pathTo([node('x', 'y', 0), node('y', 'x', 1)], null)).toHaveLength(2);
  });

  it('orders by id when two were made in the same millisecond', () => {
    expect(pathTo([node('2', null, 0), node('1', null, 0)], null)[0]).toMatchObject({ siblings: ['1', '2'], at: 1 });
  });
});

describe('choosing a version', () => {
  it('shows its newest descendant', () => {
    expect(newestUnder(tree, 'b')).toBe('d');
    expect(newestUnder(tree, 'b2')).toBe('c2');
  });
  it('shows itself where nothing follows', () => {
    expect(newestUnder(tree, 'c2')).toBe('c2');
  });
});
