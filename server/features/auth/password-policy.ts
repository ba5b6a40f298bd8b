import type { Config } from '../../config.ts';
import { AppError } from '../../lib/errors.ts';
import { commonPasswords } from './common-passwords.ts';

type PolicyConfig = Pick<Config['auth'], 'passwordMinLength' | 'passwordPolicy'>;

/** Long enough for any passphrase, short enough that hashing it is no attack. */
const MAX_LENGTH = 1_000;

/** A name or address is only looked for in a password when it is at least this long. */
const MIN_WORD = 4;

/** With names and addresses taken out, fewer characters than this is no password of its own. */
const MIN_OWN = 8;

const characters = (text: string): number => [...text].length;

/** Why a password cannot be used: one sentence for each rule that it breaks, empty when it is fine. `about` is what others know of its owner. */
export function passwordProblems(
  given: string,
  about: readonly (string | null | undefined)[],
  config: PolicyConfig,
): string[] {
  const password = given.normalize('NFC');
  const problems: string[] = [];
  const length = characters(password);
  if (length < config.passwordMinLength) {
    problems.push(
      `Use at least ${config.passwordMinLength} characters; this has ${length}. A few random words make a good password.`,
    );
  }
  if (length > MAX_LENGTH) problems.push(`Use at most ${MAX_LENGTH} characters.`);
  if (isMadeOf(password, about))
    problems.push('Leave out your name, your e-mail address and the name of this program.');
  if (config.passwordPolicy === 'composition') problems.push(...compositionProblems(password));
  else if (isCommon(password)) problems.push('This is one of the passwords that attackers try first. Choose another.');
  return problems;
}

/** Throws PASSWORD_REJECTED that names the rules broken; `path` is the body's field. */
export function checkPassword(
  password: string,
  about: readonly (string | null | undefined)[],
  config: PolicyConfig,
  path: string,
): void {
  const problems = passwordProblems(password, about, config);
  const [first] = problems;
  if (first === undefined) return;
  throw new AppError('PASSWORD_REJECTED', {
    detail: first,
    details: { fields: problems.map((message) => ({ path, message })) },
  });
}

function compositionProblems(password: string): string[] {
  const problems: string[] = [];
  if (!/\p{Lu}/u.test(password)) problems.push('Use at least one upper-case letter.');
  if (!/[^\p{L}\p{N}\s]/u.test(password)) problems.push('Use at least one special character, such as ! or %.');
  if (/test/i.test(password)) problems.push('Leave out the word "test".');
  return problems;
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
