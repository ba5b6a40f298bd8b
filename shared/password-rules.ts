import { commonPasswords } from './common-passwords.ts';

/** What a new password must keep to; `GET /api/auth/providers` says what holds at an instance. */
export type PasswordRules = { min_length: number; policy: 'length' | 'composition' };

/** The rules that a password can break, in the order in which they are told. */
export type BrokenRule =
  | { rule: 'too_short'; least: number; has: number }
  | { rule: 'too_long'; most: number }
  | { rule: 'about_you' }
  | { rule: 'no_upper_case' }
  | { rule: 'no_special' }
  | { rule: 'has_test' }
  | { rule: 'common' };

/** Long enough for any passphrase, short enough that hashing it is no attack. */
const MAX_LENGTH = 1_000;

/** A name or address is only looked for in a password when it is at least this long. */
const MIN_WORD = 4;

/** With names and addresses taken out, fewer characters than this is no password of its own. */
const MIN_OWN = 8;

const characters = (text: string): number => [...text].length;

/** Which rules a password breaks; empty when it is fine. `about` is what others know of its owner. Letters count once, however composed. */
export function brokenRules(
  given: string,
  about: readonly (string | null | undefined)[],
  { min_length: least, policy }: PasswordRules,
): BrokenRule[] {
  const password = given.normalize('NFC');
  const has = characters(password);
  return [
    ...(has < least ? [{ rule: 'too_short', least, has } as const] : []),
    ...(has > MAX_LENGTH ? [{ rule: 'too_long', most: MAX_LENGTH } as const] : []),
    ...(isMadeOf(password, about) ? [{ rule: 'about_you' } as const] : []),
    ...(policy === 'composition'
      ? brokenComposition(password)
      : isCommon(password)
        ? [{ rule: 'common' } as const]
        : []),
  ];
}

/**
 * How long a password would stand, from 0 (nothing) to 4 (very long): by the characters that are not repetitions, and how many kinds
 * there are. A word to the person who types, no rule.
 */
export function passwordStrength(given: string): 0 | 1 | 2 | 3 | 4 {
  const password = given.normalize('NFC').slice(0, MAX_LENGTH);
  if (password === '') return 0;
  if (isCommon(password)) return 1;
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length;
  const distinct = new Set(password).size;
  // Words are easier than random letters: two bits a character, and half a bit more for each kind beyond the first.
  const bits = Math.min(characters(password), distinct * 2.5) * (2 + (kinds - 1) / 2);
  return bits < 28 ? 1 : bits < 40 ? 2 : bits < 56 ? 3 : 4;
}

function brokenComposition(password: string): BrokenRule[] {
  return [
    ...(/\p{Lu}/u.test(password) ? [] : [{ rule: 'no_upper_case' } as const]),
    ...(/[^\p{L}\p{N}\s]/u.test(password) ? [] : [{ rule: 'no_special' } as const]),
    ...(/test/i.test(password) ? [{ rule: 'has_test' } as const] : []),
  ];
}

/** Whether hardly anything is left of a password once what is known of its owner is taken out. */
function isMadeOf(password: string, about: readonly (string | null | undefined)[]): boolean {
  const words = ['carrel', ...about.flatMap((text) => (text ? [text, ...text.split('@')] : []))]
    .map((word) => word.normalize('NFC').toLowerCase())
    .filter((word) => characters(word) >= MIN_WORD)
    .sort((a, b) => b.length - a.length);
  const lower = password.toLowerCase();
  const own = words.reduce((rest, word) => rest.replaceAll(word, ''), lower);
  return own !== lower && characters(own) < MIN_OWN;
}

/** On the list; or a word of the list with digits behind it; or one short piece repeated; or a run along the keyboard. */
function isCommon(password: string): boolean {
  const plain = password.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  const word = plain.replace(/\d+$/, '');
  if (commonPasswords.has(plain) || (word !== '' && commonPasswords.has(word))) return true;
  const piece = /^(.{1,10}?)\1+$/u.exec(plain)?.[1];
  if (piece !== undefined && (characters(piece) <= 4 || commonPasswords.has(piece))) return true;
  return runs.some((run) => run.includes(plain)) && plain !== '';
}

const backwards = (text: string): string => [...text].reverse().join('');
const runs = [
  '01234567890123456789012345678901234567890',
  'abcdefghijklmnopqrstuvwxyz0123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  'qwertzuiopasdfghjklyxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  '1q2w3e4r5t6y7u8i9o0p',
].flatMap((run) => [run, backwards(run)]);
