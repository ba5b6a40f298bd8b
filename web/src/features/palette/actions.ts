import { useNavigate } from '@tanstack/react-router';
import { Keyboard, Settings, SquarePen, UsersRound, type LucideIcon } from 'lucide-react';
import { appsOf } from '../../app/apps.ts';
import { focusInput, layout } from '../../app/layout.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useUser } from '../auth/session.ts';

export type Action = { key: string; icon: LucideIcon; name: string; run(): void };

/** What one can do from anywhere; those whose name has what is typed. */
export function useActions(typed: string): Action[] {
  const strings = useStrings();
  const navigate = useNavigate();
  const user = useUser();
  const actions: Action[] = [
    {
      key: 'new',
      icon: SquarePen,
      name: strings.shell.newChat,
      run: () => void navigate({ to: '/' }).then(focusInput),
    },
    ...appsOf(user).map(({ to, icon, name }) => ({
      key: to,
      icon,
      name: name(strings),
      run: () => void navigate({ to }),
    })),
    { key: 'settings', icon: Settings, name: strings.shell.settings, run: () => void navigate({ to: '/settings' }) },
    ...(user?.role === 'admin'
      ? [
          {
            key: 'admin',
            icon: UsersRound,
            name: strings.admin.title,
            run: () => void navigate({ to: '/admin/users' }),
          },
        ]
      : []),
    { key: 'keys', icon: Keyboard, name: strings.shell.shortcuts, run: () => layout.shortcuts.set(true) },
  ];
  const wanted = typed.trim().toLowerCase();
  return actions.filter(({ name }) => name.toLowerCase().includes(wanted));
}
