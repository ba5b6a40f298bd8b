import { describe, expect, it } from 'vitest';
import { brokenRules, passwordStrength } from './password-rules.ts';

describe('the strength of a password', () => {
  it.each([
    ['', 0],
    ['aaaaaaaaaaaaaaaaaaaa', 1],
    ['Password-2024', 1],
    ['qwertyuiopasdfgh', 1],
    ['short one', 1],
    ['cats and dogs', 2],
    ['river stone lamp', 3],
    ['correct horse battery staple', 4],
    ['fX9!mQ2#vL7$', 3],
  ])('of %j is %d', (password, strength) => expect(passwordStrength(password)).toBe(strength));
});

it('tells which rules are broken, with their numbers, in order', () => {
  expect(brokenRules('test', [], { min_length: 15, policy: 'composition' })).toEqual([
    { rule: 'too_short', least: 15, has: 4 },
    { rule: 'no_upper_case' },
    { rule: 'no_special' },
    { rule: 'has_test' },
  ]);
  expect(brokenRules('correct horse battery staple', ['Ada'], { min_length: 15, policy: 'length' })).toEqual([]);
});
