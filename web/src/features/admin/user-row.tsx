import { Ellipsis } from 'lucide-react';
import type { User } from '../../../../shared/api/auth.ts';
import type { UserPatch } from '../../../../shared/api/users.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Menu, MenuItem, MenuLine } from '../../components/ui/menu.tsx';
import { formatDate } from '../../lib/format.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';
import { useUser } from '../auth/session.ts';
import { Badge } from './badge.tsx';
import { useAct } from './use-act.ts';

type Props = { user: User; onDelete(): void; onQuota(): void; onResetFactor(): void };

/** A person, and what an admin can do about them. */
export function UserRow({ user, onDelete, onQuota, onResetFactor }: Props) {
  const strings = useStrings();
  const words = strings.admin;
  const language = useLanguage();
  const { client } = useServices();
  const act = useAct();
  const me = useUser()?.id === user.id;
  const { id, name, email, role, is_active: active, last_active_at: seen } = user;
  const patch = (body: UserPatch, done: string): void =>
    void act(() => client.patch(`/api/admin/users/${id}`, body), done);
  const become = role === 'admin' ? 'user' : 'admin';
  return (
    <li className="flex items-center gap-3 py-2.5 ps-4 pe-2">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="truncate">{name}</span>
          {me && <Badge>{words.you}</Badge>}
          {role !== 'user' && <Badge tone="accent">{words.roles[role]}</Badge>}
          {!active && <Badge tone="danger">{words.inactive}</Badge>}
        </p>
        <p className="truncate text-sm text-muted">
          {email} · {seen ? strings.settings.lastSeen(formatDate(seen, language)) : words.neverSeen}
        </p>
      </div>
      {role === 'pending' && (
        <Button
          tone="primary"
          aria-label={words.approveLabel(name)}
          onClick={() => patch({ role: 'user' }, words.approved(name))}
        >
          {words.approve}
        </Button>
      )}
      <Menu trigger={<IconButton icon={Ellipsis} label={words.moreFor(name)} />}>
        {role !== 'pending' && (
          <MenuItem onSelect={() => patch({ role: become }, words.changed(name))}>
            {become === 'admin' ? words.makeAdmin : words.makeUser}
          </MenuItem>
        )}
        <MenuItem onSelect={() => patch({ is_active: !active }, words.changed(name))}>
          {active ? words.deactivate : words.activate}
        </MenuItem>
        <MenuItem onSelect={onQuota}>{words.quota}</MenuItem>
        {user.totp_enabled && !me && <MenuItem onSelect={onResetFactor}>{words.resetFactor}</MenuItem>}
        <MenuLine />
        <MenuItem danger onSelect={onDelete}>
          {words.deleteUser}
        </MenuItem>
      </Menu>
    </li>
  );
}
