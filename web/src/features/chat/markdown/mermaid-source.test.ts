import { renderMermaidSVG } from 'beautiful-mermaid';
import { expect, it } from 'vitest';
import { mermaidSource } from './mermaid-source.ts';

const drawn = (text: string): string[] =>
  [...renderMermaidSVG(mermaidSource(text), {}).matchAll(/<text[^>]*>([^<]*)</g)]
    .map(([, word]) => word ?? '')
    .toSorted();

it.each([
  ['on one line', 'graph LR; A[Green] --> B[Yellow]; B --> C[Drop];', ['Drop', 'Green', 'Yellow']],
  ['close together', 'graph TD\nA-->B\nB-.->C\nC==>D\nD---E', ['A', 'B', 'C', 'D', 'E']],
  [
    'with words in the arrows',
    'flowchart LR\n A -- yes --> B\n A --no--> C\n B-->|maybe|C',
    ['A', 'B', 'C', 'maybe', 'no', 'yes'],
  ],
  ['with a dotted and a thick word', 'graph LR\nA-. may .->B\nB== must ==>C', ['A', 'B', 'C', 'may', 'must']],
  ['after settings', '---\ntitle: Plan\n---\n%%{init: {"theme": "dark"}}%%\nflowchart TD\nA-->B', ['A', 'B']],
  ['with arrows in quotes', 'graph TD\nA["x --> y; z"]-->B', ['B', 'x --&gt; y; z']],
  ['of another kind', 'sequenceDiagram\n Ada->>Ben: Hello; how are you?', ['Ada', 'Ben', 'Hello; how are you?']],
])('draws what is written %s', (_, text, words) => {
  expect(drawn(text).filter((word) => word.trim() !== '')).toEqual(words);
});
