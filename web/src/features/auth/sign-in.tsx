import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useSearch } from '@tanstack/react-router';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { fieldMessages } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { EntryPage } from './entry-page.tsx';
import { PasswordField } from './password-field.tsx';
import { SecondFactor } from './second-factor.tsx';
import { optionsQuery } from './session.ts';
import { useEntry } from './use-entry.ts';

export function SignIn() {
  const strings = useStrings();
  const { client } = useServices();
  const { data: options } = useQuery(optionsQuery(client));
  const search: { ended?: boolean; return_to?: string } = useSearch({ strict: false });
  const { refusal, busy, submit, forget } = useEntry('/api/auth/login');
  const messages = fieldMessages(refusal);
  if (options?.setup_required) return <Navigate to="/setup" />;
  const challenge = refusal?.code === 'TOTP_REQUIRED' ? refusal.details.challenge : undefined;
  if (challenge !== undefined) return <SecondFactor challenge={challenge} onBack={forget} />;

  const foot = !options ? null : options.signup === 'open' || options.signup === 'approval' ? (
    <>
      {strings.auth.noAccount}{' '}
      <Link
        to="/sign-up"
        search={{ return_to: search.return_to }}
        className="font-semibold text-accent underline underline-offset-4"
      >
        {strings.auth.signUp}
      </Link>
    </>
  ) : (
    <span className="text-muted">{options.signup === 'invite' ? strings.auth.invited : strings.auth.closed}</span>
  );

  return (
    <EntryPage
      title={strings.auth.signInTitle}
      text={search.ended ? strings.auth.ended : strings.auth.signInText}
      foot={foot}
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        {refusal && (
          <ProblemNotice refusal={refusal}>
            {refusal.code === 'EMAIL_NOT_VERIFIED' && (
              <Link to="/verify" className="font-semibold underline underline-offset-4">
                {strings.recovery.resend}
              </Link>
            )}
          </ProblemNotice>
        )}
        <Field
          label={strings.auth.login}
          name="login"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          required
          error={messages.login}
        />
        <PasswordField error={messages.password} />
        <label className="flex items-center gap-2.5">
          <input type="checkbox" name="remember" className="size-4.5 accent-accent" />
          {strings.auth.remember}
        </label>
        <Button type="submit" tone="primary" busy={busy} className="w-full">
          {busy ? strings.auth.working : strings.auth.signIn}
        </Button>
        <p className="text-center">
          <Link to="/forgot" className="text-accent underline underline-offset-4">
            {strings.recovery.forgot}
          </Link>
        </p>
      </form>
    </EntryPage>
  );
}
