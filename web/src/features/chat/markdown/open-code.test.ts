import { describe, expect, it } from 'vitest';
import type { Node } from './glue.ts';
import { openCode } from './open-code.ts';
import { treeOf } from './tree.ts';

const bare = (node: Node): unknown =>
  node.type === 'text' ? node.value : [node.tagName, node.properties ?? {}, (node.children ?? []).map(bare)];

const program = `\`\`\`ts title="a.ts"
const a = \`x\`;

  indented **not bold** [1]
<b>&amp;</b>
~~~
\t\ttabs
   `;

describe('code that is still being written', () => {
  it.each([
    program,
    program.replace('```ts title="a.ts"', '~~~~'),
    '```\n',
    '```py\n\n\n',
    '  ```js\n  a\n    b\n c\nd',
    '````md\n```js\na\n```\n',
    '``` js\na',
  ])('is what the parser makes of it, at each of its characters: %j', (text) => {
    for (let end = text.indexOf('\n') + 1; end <= text.length; end += 1) {
      const grown = text.slice(0, end);
      const tree = openCode(grown);
      if (tree) expect(bare(tree), JSON.stringify(grown)).toEqual(bare(treeOf(grown, null) as Node));
    }
    expect(openCode(text)).not.toBeNull();
  });

  it.each(['```js\na\n```\n', '```js\na\n````', 'text\n```js\na', '- ```js\n  a', '```a`b\nc', '```js', '    ```\na'])(
    'is nothing else: %j',
    (text) => expect(openCode(text)).toBeNull(),
  );
});
