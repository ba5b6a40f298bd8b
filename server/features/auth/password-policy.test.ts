import { describe, expect, it } from 'vitest';
import { checkPassword, passwordProblems } from './password-policy.ts';

const length = { min_length: 15, policy: 'length' } as const;
const short = { min_length: 8, policy: 'length' } as const;
const composition = { min_length: 8, policy: 'composition' } as const;
const about = ['ada.lovelace@example.org', 'countess', 'Ada Lovelace'];

describe('the length policy', () => {
  it.each([
    'correct horse battery staple',
    'a test of my patience',
    'ÄÖÜ ist ein Umlaut',
    'my carrel by the window seat',
    'countess of the night sky',
  ])('takes "%s"', (password) => expect(passwordProblems(password, about, length)).toEqual([]));

  it('counts characters, not bytes or code units, and says how many there are', () => {
    expect(passwordProblems('🐢🐢🐙🐙🦀🦀🐠🐟🐡🦑🦐🐚🐌🦋🐛', [], length)).toEqual([]);
    expect(passwordProblems('fourteen chars', [], length)).toEqual([
      expect.stringMatching(/at least 15 characters; this has 14/),
    ]);
    expect(passwordProblems('x'.repeat(999) + 'yz', [], length)).toEqual([expect.stringMatching(/at most 1000/)]);
  });

  it('counts composed and decomposed letters alike', () => {
    const fourteen = 'é'.repeat(2) + 'abcdefghijkz';
    expect(passwordProblems(fourteen.normalize('NFD'), [], length)).toEqual([expect.stringMatching(/this has 14/)]);
  });

  it.each([
    'ada.lovelace@example.org',
    'ADA.LOVELACE@example.org!',
    'carrelcarrelcarrel',
    'Countess-Countess-1',
    'Ada Lovelace 1815',
    'carrel countess',
  ])('refuses "%s", which is hardly more than what is known of its owner', (password) =>
    expect(passwordProblems(password, about, length)).toEqual([expect.stringMatching(/Leave out your name/)]),
  );

  it.each([
    'password',
    'Password-2024',
    'p4ssword',
    'iloveyouiloveyou',
    'I-Love-You-I-Love-You',
    'aaaaaaaaaaaaaaaa',
    'abababababababab',
    '1234567890123456',
    'qwertyuiopasdfgh',
    'lkjhgfdsapoiuytrewq',
    'letmein letmein letmein',
  ])('refuses "%s", which attackers try first', (password) =>
    expect(passwordProblems(password, [], short)).toEqual([expect.stringMatching(/attackers try first/)]),
  );
});

describe('the composition policy', () => {
  it('asks for an upper-case letter and a special character, and no "test"', () => {
    expect(passwordProblems('Ordinary!', [], composition)).toEqual([]);
    expect(passwordProblems('ordinary!', [], composition)).toEqual([expect.stringMatching(/upper-case/)]);
    expect(passwordProblems('Ordinary1', [], composition)).toEqual([expect.stringMatching(/special/)]);
    expect(passwordProblems('MyTEST-drive!', [], composition)).toEqual([expect.stringMatching(/"test"/)]);
  });
});

it('names every rule that is broken, at the field', () => {
  const attempt = (): void => checkPassword('test', [], composition, 'new_password');
  expect(attempt).toThrow(expect.objectContaining({ code: 'PASSWORD_REJECTED' }));
  try {
    attempt();
  } catch (error) {
    const { fields } = (error as { details: { fields: { path: string; message: string }[] } }).details;
    expect(fields).toHaveLength(4);
    expect(new Set(fields.map(({ path }) => path))).toEqual(new Set(['new_password']));
  }
});
