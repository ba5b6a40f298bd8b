import { Link, Navigate, Outlet } from '@tanstack/react-router';
import { PageHeader } from '../../app/page-header.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { useTitle } from '../../lib/title.ts';
import { useUser } from '../auth/session.ts';

/** The frame of the admin's pages. The server decides who may; here one only does not land on what one may not see. */
export function AdminPage() {
  const strings = useStrings();
  const user = useUser();
  useTitle(strings.admin.title);
  if (user && user.role !== 'admin') return <Navigate to="/" />;
  const tabs = [
    ['/admin/users', strings.admin.users],
    ['/admin/invites', strings.admin.invites],
    ['/admin/groups', strings.admin.groups],
    ['/admin/models', strings.providers.title],
    ['/admin/finding', strings.embeddings.title],
    ['/admin/permissions', strings.governance.permissions],
    ['/admin/usage', strings.governance.usage],
    ['/admin/sign-in', strings.signInSettings.title],
    ['/admin/audit', strings.admin.audit],
  ] as const;
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <PageHeader title={strings.admin.title} />
      <nav aria-label={strings.admin.title} className="shrink-0 overflow-x-auto border-b border-line px-4 sm:px-6">
        <ul className="mx-auto flex w-full max-w-4xl gap-1">
          {tabs.map(([to, text]) => (
            <li key={to}>
              <Link
                to={to}
                className="block border-b-2 border-transparent px-3 py-2 whitespace-nowrap text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-semibold aria-[current=page]:text-ink"
              >
                {text}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto w-full max-w-4xl px-4 pt-5 pb-12 sm:px-6">
          <Outlet />
        </div>
      </div>
    </main>
  );
}
