import { brokenRules, type BrokenRule, type PasswordRules } from '../../../shared/password-rules.ts';
import type { Role } from '../../../shared/permissions.ts';
import { AppError } from '../../lib/errors.ts';
import type { LiveSettings } from '../settings/service.ts';

/** A password is only one of two where a second factor is needed. */
const MIN_LENGTH_BESIDE_FACTOR = 8;

/** What a password of somebody with this role must keep to. Who waits for approval becomes a user. */
export function rulesFor(role: Role, { values, sources }: LiveSettings<'auth'>): PasswordRules {
  const needsFactor = values.second_factor_roles.includes(role === 'admin' ? 'admin' : 'user');
  const shorter = needsFactor && sources.password_min_length === 'default';
  return {
    min_length: shorter ? MIN_LENGTH_BESIDE_FACTOR : values.password_min_length,
    policy: values.password_policy,
  };
}

/** Why a password cannot be used: one sentence for each rule that it breaks, empty when it is fine. `about` is what others know of its owner. */
export const passwordProblems = (
  password: string,
  about: readonly (string | null | undefined)[],
  rules: PasswordRules,
): string[] => brokenRules(password, about, rules).map(sentence);

/** Throws PASSWORD_REJECTED that names the rules broken; `path` is the body's field. */
export function checkPassword(
  password: string,
  about: readonly (string | null | undefined)[],
  rules: PasswordRules,
  path: string,
): void {
  const problems = passwordProblems(password, about, rules);
  if (problems.length) throw rejected(problems, path);
}

/** PASSWORD_REJECTED for the field `path`, with a sentence for each thing that is wrong. */
export const rejected = (problems: string[], path: string): AppError =>
  new AppError('PASSWORD_REJECTED', {
    detail: problems[0] ?? '',
    details: { fields: problems.map((message) => ({ path, message })) },
  });

function sentence(broken: BrokenRule): string {
  switch (broken.rule) {
    case 'too_short':
      return `Use at least ${broken.least} characters; this has ${broken.has}. A few random words make a good password.`;
    case 'too_long':
      return `Use at most ${broken.most} characters.`;
    case 'about_you':
      return 'Leave out your name, your e-mail address and the name of this program.';
    case 'no_upper_case':
      return 'Use at least one upper-case letter.';
    case 'no_special':
      return 'Use at least one special character, such as ! or %.';
    case 'has_test':
      return 'Leave out the word "test".';
    case 'common':
      return 'This is one of the passwords that attackers try first. Choose another.';
  }
}
