import { expect, it } from 'vitest';
import { byteRange } from './byte-range.ts';

it.each([
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=2-5', { start: 2, end: 5 }],
  ['bytes=7-', { start: 7, end: 9 }],
  ['bytes=7-700', { start: 7, end: 9 }],
  ['bytes=-3', { start: 7, end: 9 }],
  ['bytes=-300', { start: 0, end: 9 }],
  ['Bytes= 1-2 ', { start: 1, end: 2 }],
])('reads %s of ten bytes', (header, range) => {
  expect(byteRange(header, 10)).toEqual(range);
});

it.each([undefined, '', 'bytes=', 'bytes=-', 'bytes=5-2', 'bytes=0-1,4-5', 'lines=1-2', 'bytes=a-b', 'bytes=1.5-2'])(
  'takes %s for no range at all',
  (header) => {
    expect(byteRange(header, 10)).toBe('whole');
  },
);

it('says where nothing of it is there', () => {
  expect([
    byteRange('bytes=10-', 10),
    byteRange('bytes=-0', 10),
    byteRange('bytes=0-', 0),
    byteRange('bytes=-5', 0),
  ]).toEqual(['none', 'none', 'none', 'none']);
});
