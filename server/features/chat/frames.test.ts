import { describe, expect, it } from 'vitest';
import { eventsIn, frameOf, framesAfter, writtenIn } from './frames.ts';

const frames = [
  frameOf(1, { event: 'delta', data: { text: 'one\n\nline: data: {"x"}' } }),
  frameOf(2, { event: 'reasoning', data: { text: 'hm' } }),
  frameOf(3, { event: 'delta', data: { text: ' two \u2028 🐚' } }),
];

describe('frames', () => {
  it('read back what was written, line breaks and all', () => {
    expect([...eventsIn(frames.join(''))].map(({ seq, event }) => [seq, event])).toEqual([
      [1, 'delta'],
      [2, 'reasoning'],
      [3, 'delta'],
    ]);
    expect(writtenIn(frames.join(''))).toMatchObject({
      content: 'one\n\nline: data: {"x"} two \u2028 🐚',
      reasoning: 'hm',
    });
  });

  it('are cut between two events', () => {
    const all = frames.join('');
    expect(framesAfter(all, 1, 0)).toBe(all);
    expect(framesAfter(all, 1, 2)).toBe(frames[2]);
    expect(framesAfter(all, 1, 3)).toBe('');
    expect(framesAfter(all, 8, 5)).toBe(all);
    expect(framesAfter(all, 8, 8)).toBe(frames.slice(1).join(''));
  });
});
