import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { fieldMessages, type Refusal } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { EntryPage } from './entry-page.tsx';
import { OtherWays } from './other-ways.tsx';
import { PasswordField } from './password-field.tsx';
import { PasswordOf } from './password-of.tsx';
import { challengeInHash, refusedThere } from './refused.ts';
import { SecondFactor } from './second-factor.tsx';
import { optionsQuery } from './session.ts';
import { useEntry } from './use-entry.ts';

export function SignIn() {
  const strings = useStrings();
  const { client } = useServices();
  const { data: options } = useQuery(optionsQuery(client));
  const search: { ended?: boolean; return_to?: string; refused?: string } = useSearch({ strict: false });
  const { refusal: typedWrong, busy, submit, forget } = useEntry('/api/auth/login');
  // Until something is tried here, it tells why one came back from elsewhere.
  const [elsewhere, setElsewhere] = useState<Refusal | null>(() => refusedThere(search.refused, strings));
  const [stepOf, setStepOf] = useState(challengeInHash);
  const [remember, setRemember] = useState(false);
  const refusal = typedWrong ?? elsewhere;
  const messages = fieldMessages(refusal);
  if (options?.setup_required) return <Navigate to="/setup" />;
  const challenge = refusal?.code === 'TOTP_REQUIRED' ? refusal.details.challenge : stepOf;
  if (challenge !== undefined) {
    const back = (): void => {
      forget();
      setStepOf(undefined);
    };
    return <SecondFactor challenge={challenge} passkeys={options?.passkey === true} onBack={back} />;
  }

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
          setElsewhere(null);
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
        {options?.ldap && <PasswordOf error={messages.method} />}
        <label className="flex items-center gap-2.5">
          <input
            type="checkbox"
            name="remember"
            className="size-4.5 accent-accent"
            checked={remember}
            onChange={(event) => setRemember(event.target.checked)}
          />
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
      <OtherWays
        options={options}
        remember={remember}
        returnTo={search.return_to}
        onRefused={(refused) => {
          forget();
          setElsewhere(refused);
        }}
      />
    </EntryPage>
  );
}
