import { Link } from '@tanstack/react-router';
import { appsOf } from '../../../app/apps.ts';
import { layout } from '../../../app/layout.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { useUser } from '../../auth/session.ts';

/** Where one can go from here: side by side, so that the height of the sidebar is the conversations'. */
export function Dock() {
  const strings = useStrings();
  const user = useUser();
  return (
    <nav aria-label={strings.shell.apps} className="flex flex-wrap gap-y-0.5">
      {appsOf(user).map(({ to, icon: Icon, name }) => (
        <Link
          key={to}
          to={to}
          onClick={() => layout.drawer.set(false)}
          className="flex min-w-14 flex-auto flex-col items-center gap-0.5 rounded-md px-1 py-1.5 text-xs text-muted transition-colors hover:bg-well hover:text-ink"
          activeProps={{ className: 'bg-accent-soft text-ink!' }}
        >
          <Icon size={18} strokeWidth={1.75} aria-hidden />
          <span className="max-w-full truncate">{name(strings)}</span>
        </Link>
      ))}
    </nav>
  );
}
