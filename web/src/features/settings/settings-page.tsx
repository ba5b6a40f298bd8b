import { PageHeader } from '../../app/page-header.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { useTitle } from '../../lib/title.ts';
import { usePeopleSignIn } from '../auth/instance.ts';
import { OwnUsage } from '../usage/own-usage.tsx';
import { ApiKeys } from './api-keys.tsx';
import { Appearance } from './appearance.tsx';
import { Devices } from './devices.tsx';
import { PasswordForm } from './password-form.tsx';
import { ProfileForm } from './profile-form.tsx';
import { Security } from './security.tsx';

export function SettingsPage() {
  const strings = useStrings();
  const peopleSignIn = usePeopleSignIn();
  useTitle(strings.settings.title);
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <PageHeader title={strings.settings.title} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto w-full max-w-2xl space-y-5 px-4 pt-2 pb-12 sm:px-6">
          <ProfileForm />
          <Appearance />
          {peopleSignIn && (
            <>
              <PasswordForm />
              <Security />
              <Devices />
            </>
          )}
          <ApiKeys />
          <OwnUsage />
        </div>
      </div>
    </main>
  );
}
