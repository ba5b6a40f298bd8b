import { expect, it } from 'vitest';
import { piecesOf } from './marked.ts';

it('reads a snippet as text with its marked words', () => {
  expect(piecesOf('a &lt;b&gt; <mark>x &amp; y</mark> &quot;c&#39; <mark>z</mark>')).toEqual([
    { text: 'a <b> ', marked: false },
    { text: 'x & y', marked: true },
    { text: ' "c\' ', marked: false },
    { text: 'z', marked: true },
  ]);
});

it('takes an entity for what it stands for once, and no more', () => {
  expect(piecesOf('&amp;lt;script&amp;gt;')).toEqual([{ text: '&lt;script&gt;', marked: false }]);
  expect(piecesOf('')).toEqual([]);
});

it('leaves out the signs of Markdown', () => {
  expect(piecesOf('## When **the <mark>crack</mark>** comes, run `a &lt; b` #2')).toEqual([
    { text: 'When the ', marked: false },
    { text: 'crack', marked: true },
    { text: ' comes, run a < b #2', marked: false },
  ]);
});
