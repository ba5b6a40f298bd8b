import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useSearch } from '@tanstack/react-router';
import { useServices } from '../../app/services.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { AccountForm } from './account-form.tsx';
import { EntryPage } from './entry-page.tsx';
import { OtherWays } from './other-ways.tsx';
import { optionsQuery } from './session.ts';

export function SignUp() {
  const strings = useStrings();
  const { client } = useServices();
  const { data: options } = useQuery(optionsQuery(client));
  const search: { return_to?: string; invite?: string } = useSearch({ strict: false });
  if (options?.setup_required) return <Navigate to="/setup" />;
  const { invite } = search;
  const shut = options?.signup === 'closed' || (options?.signup === 'invite' && invite === undefined);
  const foot = (
    <>
      {strings.auth.haveAccount}{' '}
      <Link
        to="/sign-in"
        search={{ return_to: search.return_to }}
        className="font-semibold text-accent underline underline-offset-4"
      >
        {strings.auth.signIn}
      </Link>
    </>
  );
  return (
    <EntryPage title={strings.auth.signUpTitle} text={strings.auth.signUpText} foot={foot}>
      {shut ? (
        <p>{options.signup === 'invite' ? strings.auth.invited : strings.auth.closed}</p>
      ) : (
        <>
          <AccountForm path="/api/auth/register" submitLabel={strings.auth.signUp}>
            {invite !== undefined && <input type="hidden" name="invite_code" value={invite} />}
          </AccountForm>
          <OtherWays options={options} returnTo={search.return_to} invite={invite} />
        </>
      )}
    </EntryPage>
  );
}
