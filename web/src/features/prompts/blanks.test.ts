import { expect, it } from 'vitest';
import { blanksOf, fill } from './blanks.ts';

it('finds each blank once, in order, whatever the space around its name', () => {
  expect(blanksOf('Write to {{ name }} about {{topic}}; greet {{name}}. {not} {{}} one')).toEqual(['name', 'topic']);
});

it('fills the blanks that have a value, and takes values as they are', () => {
  expect(fill('{{a}} and {{ b }} and {{c}}', { a: '$& {{b}}', b: '' })).toBe('$& {{b}} and  and {{c}}');
  expect(fill('{{constructor}}', {})).toBe('{{constructor}}');
});
