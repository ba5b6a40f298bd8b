import { UserPlus } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import type { User } from '../../../../shared/api/auth.ts';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { Modal } from '../../components/ui/modal.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { DeleteUser } from './delete-user.tsx';
import { ListFrame } from './list-frame.tsx';
import { QuotaForm } from './quota-form.tsx';
import { ResetFactor } from './reset-factor.tsx';
import { Select } from './select.tsx';
import { useList } from './use-list.ts';
import { UserForm } from './user-form.tsx';
import { UserRow } from './user-row.tsx';

export function UsersPage() {
  const strings = useStrings();
  const words = strings.admin;
  const [filters, setFilters] = useState({ q: '', role: '', is_active: '' });
  const [making, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<User | null>(null);
  const [locked, setLocked] = useState<User | null>(null);
  const [limited, setLimited] = useState<User | null>(null);
  const { list, items } = useList<User>('/api/admin/users', useDeferredValue(filters));
  return (
    <>
      <div className="mb-4 flex flex-wrap items-end gap-3">
        <div className="min-w-52 flex-1">
          <Field
            type="search"
            label={words.searchUsers}
            value={filters.q}
            onChange={(event) => setFilters({ ...filters, q: event.target.value })}
          />
        </div>
        <Select
          label={words.role}
          options={[['', words.all], ...Object.entries(words.roles)]}
          value={filters.role}
          onChange={(event) => setFilters({ ...filters, role: event.target.value })}
        />
        <Select
          label={words.state}
          options={[
            ['', words.all],
            ['true', words.active],
            ['false', words.inactive],
          ]}
          value={filters.is_active}
          onChange={(event) => setFilters({ ...filters, is_active: event.target.value })}
        />
        <Button tone="primary" className="min-h-10" onClick={() => setMaking(true)}>
          <UserPlus size={16} aria-hidden />
          {words.addUser}
        </Button>
      </div>
      <ListFrame list={list} count={items.length} empty={words.noUsers} label={words.users}>
        {items.map((user) => (
          <UserRow
            key={user.id}
            user={user}
            onDelete={() => setLeaving(user)}
            onQuota={() => setLimited(user)}
            onResetFactor={() => setLocked(user)}
          />
        ))}
      </ListFrame>
      <Modal open={making} onClose={() => setMaking(false)} title={words.addUser}>
        <UserForm onDone={() => setMaking(false)} />
      </Modal>
      <Modal
        open={limited !== null}
        onClose={() => setLimited(null)}
        title={limited ? words.quotaOf(limited.name) : words.quota}
      >
        {limited && <QuotaForm path={`/api/admin/users/${limited.id}/quota`} onDone={() => setLimited(null)} />}
      </Modal>
      <Modal open={locked !== null} onClose={() => setLocked(null)} title={words.resetFactor}>
        {locked && <ResetFactor key={locked.id} user={locked} onDone={() => setLocked(null)} />}
      </Modal>
      <Modal open={leaving !== null} onClose={() => setLeaving(null)} title={words.deleteUser}>
        {leaving && <DeleteUser key={leaving.id} user={leaving} onDone={() => setLeaving(null)} />}
      </Modal>
    </>
  );
}
