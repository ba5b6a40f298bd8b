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
