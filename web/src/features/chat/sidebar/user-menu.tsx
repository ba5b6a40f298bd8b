import { useNavigate } from '@tanstack/react-router';
import { Keyboard, LogOut, Monitor, Moon, Settings, Sun, UsersRound } from 'lucide-react';
import { layout } from '../../../app/layout.ts';
import { Menu, MenuItem, MenuLabel, MenuLine } from '../../../components/ui/menu.tsx';
import { useStore } from '../../../lib/store.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { chooseTheme, theme, themes } from '../../../lib/theme.ts';
import { usePeopleSignIn } from '../../auth/instance.ts';
import { useSignOut } from '../../auth/sign-out.ts';
import { useUser } from '../../auth/session.ts';

const themeIcons = { system: Monitor, light: Sun, dark: Moon } as const;

export function UserMenu() {
  const strings = useStrings();
  const user = useUser();
  const navigate = useNavigate();
  const chosen = useStore(theme);
  const signOut = useSignOut();
  const peopleSignIn = usePeopleSignIn();
  const name = user?.name || user?.email || '';
  const trigger = (
    <button
      type="button"
      className="mt-1 flex min-h-11 w-full items-center gap-2.5 rounded-md px-2 text-start transition-colors hover:bg-well"
    >
      <span
        aria-hidden
        className="grid size-8 shrink-0 place-items-center rounded-full bg-accent font-serif text-base font-semibold text-accent-ink"
      >
        {[...name][0]?.toUpperCase()}
      </span>
      <span className="sr-only">{strings.shell.account}: </span>
      <span className="min-w-0 flex-1 truncate">{name}</span>
      {user?.role === 'admin' && <span className="text-xs text-muted">{strings.shell.admin}</span>}
    </button>
  );
  return (
    <Menu trigger={trigger} side="top">
      <MenuLabel>{user?.email}</MenuLabel>
      <MenuItem
        icon={Settings}
        onSelect={() => {
          layout.drawer.set(false);
          void navigate({ to: '/settings' });
        }}
      >
        {strings.shell.settings}
      </MenuItem>
      {user?.role === 'admin' && (
        <MenuItem
          icon={UsersRound}
          onSelect={() => {
            layout.drawer.set(false);
            void navigate({ to: '/admin/users' });
          }}
        >
          {strings.admin.title}
        </MenuItem>
      )}
      <MenuItem icon={Keyboard} onSelect={() => layout.shortcuts.set(true)}>
        {strings.shell.shortcuts}
      </MenuItem>
      <MenuLine />
      <MenuLabel>{strings.shell.theme}</MenuLabel>
      {themes.map((one) => (
        <MenuItem key={one} icon={themeIcons[one]} onSelect={() => chooseTheme(one)}>
          {strings.settings.themes[one]}
          {one === chosen && ' ✓'}
        </MenuItem>
      ))}
      {peopleSignIn && <MenuLine />}
      {peopleSignIn && (
        <MenuItem icon={LogOut} onSelect={() => void signOut()}>
          {strings.auth.signOut}
        </MenuItem>
      )}
    </Menu>
  );
}
