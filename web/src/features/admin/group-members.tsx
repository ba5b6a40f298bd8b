import { UserMinus, UserPlus } from 'lucide-react';
import { useDeferredValue, useState, type ReactNode } from 'react';
import type { User } from '../../../../shared/api/auth.ts';
import type { Group } from '../../../../shared/api/groups.ts';
import { useServices } from '../../app/services.ts';
import { Field } from '../../components/ui/field.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { ListFrame } from './list-frame.tsx';
import { useAct } from './use-act.ts';
import { useList } from './use-list.ts';

/** Who is in a group, and a search for who else should be. */
export function GroupMembers({ group }: { group: Group }) {
  const words = useStrings().admin;
  const { client } = useServices();
  const act = useAct();
  const [q, setQ] = useState('');
  const sought = useDeferredValue(q.trim());
  const members = useList<User>(`/api/admin/groups/${group.id}/members`);
  const people = useList<User>('/api/admin/users', { q: sought });
  const inside = new Set(members.items.map(({ id }) => id));
  const others = sought === '' ? [] : people.items.filter(({ id }) => !inside.has(id));
  const url = (user: User): string => `/api/admin/groups/${group.id}/members/${user.id}`;
  return (
    <div className="space-y-4 overflow-y-auto p-5">
      <Field type="search" label={words.addMember} value={q} onChange={(event) => setQ(event.target.value)} />
      {sought !== '' && (
        <ListFrame list={people.list} count={others.length} empty={words.noUsers} label={words.addMember}>
          {others.map((user) => (
            <Person key={user.id} user={user}>
              <IconButton
                icon={UserPlus}
                label={words.putIn(user.name)}
                onClick={() => void act(() => client.open('PUT', url(user)), words.changed(group.name))}
              />
            </Person>
          ))}
        </ListFrame>
      )}
      <ListFrame list={members.list} count={members.items.length} empty={words.noMembers} label={words.members}>
        {members.items.map((user) => (
          <Person key={user.id} user={user}>
            <IconButton
              icon={UserMinus}
              label={words.takeOut(user.name)}
              onClick={() => void act(() => client.delete(url(user)), words.changed(group.name))}
            />
          </Person>
        ))}
      </ListFrame>
    </div>
  );
}

function Person({ user, children }: { user: User; children: ReactNode }) {
  return (
    <li className="flex items-center gap-3 py-2 ps-4 pe-2">
      <div className="min-w-0 flex-1">
        <p className="truncate">{user.name}</p>
        <p className="truncate text-sm text-muted">{user.email}</p>
      </div>
      {children}
    </li>
  );
}
