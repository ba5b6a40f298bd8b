import { expect, it } from 'vitest';
import { headingLevels } from './headings.ts';

it.each([
  [
    '# A\n\n## B\n\n### C',
    [
      [1, 3],
      [2, 4],
      [3, 5],
    ],
  ],
  [
    '#### A\n\n###### B',
    [
      [4, 3],
      [6, 4],
    ],
  ],
  [
    '# A\n## B\n### C\n#### D\n##### E',
    [
      [1, 3],
      [2, 4],
      [3, 5],
      [4, 6],
      [5, 6],
    ],
  ],
  [
    'A\n===\n\nB\n---',
    [
      [1, 3],
      [2, 4],
    ],
  ],
  ['```sh\n# a comment\n```\n\n## A', [[2, 3]]],
  ['~~~\n# no\n```\n# no\n~~~', []],
  ['#tag and a # b', []],
])('%j', (markdown, levels) => {
  expect([...headingLevels(markdown)]).toEqual(levels);
});
