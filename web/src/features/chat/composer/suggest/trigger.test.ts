import { expect, it } from 'vitest';
import { triggerAt } from './trigger.ts';

const at = (marked: string) => triggerAt(marked.replace('|', ''), marked.indexOf('|'));

it('sees a sign that begins a word, up to the caret', () => {
  expect(at('/|')).toEqual({ sign: '/', q: '', from: 0, to: 1 });
  expect(at('Ask @qw| today')).toEqual({ sign: '@', q: 'qw', from: 4, to: 7 });
  expect(at('one\n#Größe|')).toMatchObject({ sign: '#', q: 'Größe' });
});

it('leaves addresses, paths, headings and words that are done alone', () => {
  for (const text of ['me@example.org|', '/etc/hosts|', 'and/or|', '# Heading|', '@model |', '|/later'])
    expect(at(text), text).toBeNull();
});
