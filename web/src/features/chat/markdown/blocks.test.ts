import { describe, expect, it } from 'vitest';
import { blocksOf, endsInFence, growingBlocks } from './blocks.ts';

const answer = `# Bread

Keep it **dry**.
Cut side down.

- one

  still one
- two

* * *

1. first

2. second
   \`\`\`sh
   bake

   eat
   \`\`\`

\`\`\`\`md
\`\`\`

inside

\`\`\`
\`\`\`\`

> said

$$
a

b
$$

| a | b |
|---|---|
| 1 | 2 |

    code of four spaces

The end.`;

describe('Markdown in pieces', () => {
  it('is cut at blank lines, where each piece means the same alone', () => {
    expect(blocksOf(answer).map((block) => block.trim().split('\n')[0])).toEqual([
      '# Bread',
      'Keep it **dry**.',
      '- one',
      '* * *',
      '1. first',
      '````md',
      '> said',
      '$$',
      '| a | b |',
      'The end.',
    ]);
  });

  it('is the text again when it is put together', () => {
    for (const text of [answer, '', '\n\n', 'a\r\n\r\nb', `\n\n${answer}\n\n\n`])
      expect(blocksOf(text).join('')).toBe(text);
  });

  it('stays whole where one part defines what another uses', () => {
    for (const text of ['See [one].\n\n[one]: https://example.org', 'So[^1].\n\n[^1]: Because.'])
      expect(blocksOf(text)).toEqual([text]);
  });

  it('that grows is cut as the whole text is, wherever it has got to', () => {
    for (const step of [1, 2, 3, 7, 40]) {
      const cut = growingBlocks();
      for (let end = 0; end <= answer.length + step; end += step)
        expect(cut(answer.slice(0, end)), `${step}, ${end}`).toEqual(blocksOf(answer.slice(0, end)));
    }
    const cut = growingBlocks();
    cut(answer);
    expect(cut('Something else.\n\nAltogether.')).toEqual(['Something else.\n\n', 'Altogether.']);
    expect(cut('Something else.\n\nAltogether.\n\n[a]: https://example.org')).toHaveLength(1);
  });

  it.each([
    ['```js\nlet a', true],
    ['```js\nlet a\n```', false],
    ['~~~~\n```\n', true],
    ['- a\n  ```\n  b', true],
    ['`` ` `` and text', false],
  ])('%j ends in a fence: %j', (text, expected) => expect(endsInFence(text)).toBe(expected));
});
