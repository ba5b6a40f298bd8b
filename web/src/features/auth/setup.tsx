import { useQuery } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { useServices } from '../../app/services.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { AccountForm } from './account-form.tsx';
import { EntryPage } from './entry-page.tsx';
import { optionsQuery } from './session.ts';

export function Setup() {
  const strings = useStrings();
  const { client } = useServices();
  const { data: options } = useQuery(optionsQuery(client));
  if (options && !options.setup_required) return <Navigate to="/sign-in" />;
  return (
    <EntryPage title={strings.auth.setupTitle} text={strings.auth.setupText}>
      <AccountForm path="/api/auth/setup" submitLabel={strings.auth.setupSubmit}>
        <p className="text-sm text-muted">{strings.auth.setupNext}</p>
      </AccountForm>
    </EntryPage>
  );
}
