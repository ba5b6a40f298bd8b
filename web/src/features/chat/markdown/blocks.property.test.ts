import { expect, it } from 'vitest';
import { blocksOf, growingBlocks } from './blocks.ts';
import type { Node } from './glue.ts';
import { treeOf } from './tree.ts';

/** Each run of the tests looks at the same texts. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const lines = [
  'Plain words, and more of them.',
  'A line with **bold**, `code` and [a link](https://example.org).',
  '# A heading',
  'A heading\n---',
  '- one',
  '- one\n  - two\n\n    still two',
  '* another list',
  '1. first\n2. second',
  '1) third',
  '- [x] done\n- [ ] not',
  '> said\n> again',
  '> - in both',
  '> ```\n> quoted code',
  '```sh\nbake\n\neat\n```',
  '~~~\n```\n\ninside\n~~~',
  '````md\n```js\n\nlet a\n```\n````',
  '```js\nnever ended',
  '- item\n  ```\n  code\n\n  more\n  ```',
  '1. item\n\n   ```py\n   print()\n\n   ```\n\n   after',
  '- item\n  ```\n  cut off\n```\nafter',
  '| a | b |\n|---|:-:|\n| 1 | 2 |',
  '| a |\n|---|',
  '    indented code',
  '  lazy',
  '---',
  '<div>\n<b>x</b>\n\n</div>',
  '<!-- a comment',
  '-->',
  '<pre>\nkept',
  '</pre>',
  '<script>let a',
  '</script>',
  '[one]: https://example.org',
  'See [one] and [^1].',
  '[^1]: Because.',
  '$$\na\n\nb\n$$',
  'It costs $$ or $$x$$.',
  '\\',
  'told [2]',
];

function textOf(seed: number): string {
  const below = chance(seed);
  const parts = Array.from({ length: 2 + below(7) }, () => lines[below(lines.length)] ?? '');
  return parts.map((part) => part + '\n'.repeat(1 + below(3))).join('');
}

/** Without blank text between blocks, and without the words before a citation, which reach back over HTML that stands as text. */
const bare = (node: Node): unknown =>
  node.type === 'text'
    ? node.value
    : [
        node.tagName ?? '',
        { ...node.properties, dataBefore: '' },
        (node.children ?? [])
          .filter((child) => node.type !== 'root' || child.type !== 'text' || child.value?.trim() !== '')
          .map(bare),
      ];
const treesOf = (blocks: readonly string[]): unknown =>
  blocks.flatMap((block) => (bare(treeOf(block, null) as Node) as unknown[])[2]);

const seeds = Array.from({ length: 9_000 }, (_, seed) => seed + 1);

it('the pieces of any text mean what the whole means', () => {
  for (const seed of seeds) {
    const text = textOf(seed);
    expect(treesOf(blocksOf(text)), JSON.stringify(text)).toEqual(treesOf([text]));
  }
});

it('a text that grew piece by piece ends as the whole', () => {
  for (const seed of seeds.slice(0, 300)) {
    const text = textOf(seed);
    const below = chance(seed);
    const cut = growingBlocks();
    for (let end = 0; end < text.length; end += 1 + below(12)) cut(text.slice(0, end));
    expect(cut(text), JSON.stringify(text)).toEqual(blocksOf(text));
  }
});
