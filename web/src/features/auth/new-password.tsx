import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { BrokenRule, PasswordRules } from '../../../../shared/password-rules.ts';
import { useServices } from '../../app/services.ts';
import { cx } from '../../components/ui/cx.ts';
import { textFields } from '../../lib/form.ts';
import { useStrings, type Strings } from '../../lib/strings/index.ts';
import { optionsQuery } from './session.ts';

type Verdict = { strength: 0 | 1 | 2 | 3 | 4; broken: BrokenRule | undefined };

/** With their list of common passwords they are only fetched where somebody chooses one. */
const loadRules = () => import('../../../../shared/password-rules.ts');

/** Until the server has said its own; it decides in any case. */
const usual: PasswordRules = { min_length: 15, policy: 'length' };
const blank: Verdict = { strength: 0, broken: undefined };

/** What a new password is worth as it is typed, by the server's own rules. `about` is what the form itself does not say of its owner. */
export function useNewPassword(about: readonly (string | null | undefined)[]) {
  const { client } = useServices();
  const strings = useStrings();
  const rules = useQuery(optionsQuery(client)).data?.password_rules ?? usual;
  const [verdict, setVerdict] = useState(blank);
  // Fetched before the first letter; without it only the server judges.
  useEffect(() => void loadRules().catch(() => undefined), []);

  async function judge({ value, form }: HTMLInputElement): Promise<void> {
    const { email, username, name } = form ? textFields(form) : {};
    const { brokenRules, passwordStrength } = await loadRules();
    const [broken] = value === '' ? [] : brokenRules(value, [email, username, name, ...about], rules);
    setVerdict({ strength: passwordStrength(value), broken });
  }

  return {
    least: rules.min_length,
    strength: verdict.strength,
    hint: verdict.broken ? describe(verdict.broken, strings) : strings.auth.passwordHint(rules.min_length),
    look: (input: HTMLInputElement): void => void judge(input).catch(() => undefined),
  };
}

function describe(broken: BrokenRule, { auth }: Strings): string {
  switch (broken.rule) {
    case 'too_short':
      return auth.passwordCount(broken.has, broken.least);
    case 'too_long':
      return auth.passwordTooLong(broken.most);
    case 'about_you':
      return auth.passwordAboutYou;
    case 'no_upper_case':
      return auth.passwordNoUpperCase;
    case 'no_special':
      return auth.passwordNoSpecial;
    case 'has_test':
      return auth.passwordHasTest;
    case 'common':
      return auth.passwordCommon;
  }
}

const tones = ['bg-line-strong', 'bg-danger', 'bg-warn', 'bg-accent', 'bg-good'] as const;

/** Four bars and a word; takes its room before anything is typed, so that nothing moves. */
export function PasswordStrength({ strength }: { strength: 0 | 1 | 2 | 3 | 4 }) {
  const { auth } = useStrings();
  const word = auth.strengths[strength] ?? '';
  return (
    <div className="mt-1.5 flex min-h-5 items-center gap-3 text-sm text-muted" role="status">
      <span aria-hidden="true" className="flex flex-1 gap-1">
        {[1, 2, 3, 4].map((bar) => (
          <span key={bar} className={cx('h-1 flex-1 rounded-full', bar <= strength ? tones[strength] : 'bg-line')} />
        ))}
      </span>
      <span className="w-28 text-end">{word && auth.strength(word)}</span>
    </div>
  );
}
