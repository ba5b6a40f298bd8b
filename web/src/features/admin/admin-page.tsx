import { Navigate, Outlet } from '@tanstack/react-router';
import { PageHeader } from '../../app/page-header.tsx';
import { useAdminStrings } from '../../lib/strings/admin.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useTitle } from '../../lib/title.ts';
import { useUser } from '../auth/session.ts';
import { AdminNav } from './admin-nav.tsx';

/** The frame of the admin's pages. The server decides who may; here one only does not land on what one may not see. */
export function AdminPage() {
  const strings = useStrings();
  const admin = useAdminStrings();
  const user = useUser();
  useTitle(strings.admin.title);
  if (user && user.role !== 'admin') return <Navigate to="/" />;
  const tabs = [
    ['/admin/users', strings.admin.users],
    ['/admin/invites', strings.admin.invites],
    ['/admin/groups', strings.admin.groups],
    ['/admin/models', strings.providers.title],
    ['/admin/tools', strings.mcp.title],
    ['/admin/finding', admin.embeddings.title],
    ['/admin/permissions', strings.governance.permissions],
    ['/admin/retention', strings.governance.retention.title],
    ['/admin/usage', strings.governance.usage],
    ['/admin/sign-in', admin.signInSettings.title],
    ['/admin/directories', strings.directories.title],
    ['/admin/audit', strings.admin.audit],
  ] as const;
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <PageHeader title={strings.admin.title} column="max-w-6xl" />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex w-full max-w-6xl flex-col gap-x-8 gap-y-5 px-4 pt-2 pb-12 sm:px-6 lg:flex-row">
          <AdminNav label={strings.admin.title} pages={tabs} />
          <div className="min-w-0 flex-1">
            <Outlet />
          </div>
        </div>
      </div>
    </main>
  );
}
