import { Button } from '../../../components/ui/button.tsx';
import { ProblemNotice } from '../../../components/ui/notice.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { refusalOf } from '../../../lib/problem.ts';
import { useAdminStrings } from '../../../lib/strings/admin.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { useUser } from '../../auth/session.ts';
import { Providers } from '../sign-in-providers/providers.tsx';
import { SettingsCard } from './card.tsx';
import { ChoiceRow, NumberRow, RolesRow, SwitchRow, type Draft } from './rows.tsx';
import { useSettings } from './use-settings.ts';

/** How people come in: who may make an account, what passwords and sessions are like, who needs a second factor. */
export function SignInSettings() {
  const strings = useStrings();
  const words = useAdminStrings().signInSettings;
  const me = useUser();
  const { query, patch } = useSettings('auth');
  if (query.isError)
    return (
      <ProblemNotice refusal={refusalOf(query.error)} title={words.failed}>
        <Button onClick={() => void query.refetch()}>{strings.app.retry}</Button>
      </ProblemNotice>
    );
  if (!query.data) return <Skeleton lines={['h-40! w-full', 'h-40! w-full', 'h-40! w-full']} />;
  const { settings } = query.data;
  const frame = { settings, patch };
  const caution = ({ second_factor_roles: roles }: Draft): string | undefined =>
    roles?.includes('admin') && me?.totp_enabled === false ? words.youNext : undefined;
  return (
    <div className="space-y-5">
      <p className="text-muted">{words.text}</p>
      <SettingsCard title={words.accounts} {...frame}>
        {(desk) => (
          <>
            <ChoiceRow desk={desk} name="signup_mode" options={words.signupModes} />
            <SwitchRow desk={desk} name="email_verification" />
          </>
        )}
      </SettingsCard>
      <Providers />
      <SettingsCard title={words.secondFactor} {...frame} caution={caution}>
        {(desk) => <RolesRow desk={desk} />}
      </SettingsCard>
      <SettingsCard title={words.passwords} {...frame}>
        {(desk) => (
          <>
            <NumberRow desk={desk} name="password_min_length" min={8} max={128} />
            <ChoiceRow desk={desk} name="password_policy" options={words.policies} />
            <SwitchRow desk={desk} name="hibp_enabled" />
          </>
        )}
      </SettingsCard>
      <SettingsCard title={words.sessions} {...frame}>
        {(desk) => (
          <>
            <NumberRow desk={desk} name="session_timeout_minutes" min={1} max={525_600} />
            <NumberRow desk={desk} name="session_absolute_days" min={0} max={36_500} />
            <NumberRow desk={desk} name="api_key_expiry_days" min={0} max={36_500} />
          </>
        )}
      </SettingsCard>
    </div>
  );
}
