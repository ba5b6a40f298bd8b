import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Invite, NewInvite } from '../../../../shared/api/invites.ts';
import { useServices } from '../../app/services.ts';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { formatDate } from '../../lib/format.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';
import { Badge } from './badge.tsx';
import { FreshInvite } from './fresh-invite.tsx';
import { InviteForm } from './invite-form.tsx';
import { ListFrame } from './list-frame.tsx';
import { useAct } from './use-act.ts';
import { useList } from './use-list.ts';

export function InvitesPage() {
  const words = useStrings().admin;
  const [fresh, setFresh] = useState<NewInvite | null>(null);
  const { list, items } = useList<Invite>('/api/admin/invites');
  return (
    <div className="space-y-5">
      {fresh ? <FreshInvite invite={fresh} onDone={() => setFresh(null)} /> : <InviteForm onMade={setFresh} />}
      <ListFrame list={list} count={items.length} empty={words.noInvites} label={words.invites}>
        {items.map((invite) => (
          <InviteRow key={invite.id} invite={invite} />
        ))}
      </ListFrame>
    </div>
  );
}

function InviteRow({ invite }: { invite: Invite }) {
  const words = useStrings().admin;
  const language = useLanguage();
  const { client } = useServices();
  const act = useAct();
  const { id, code_hint: hint, email, role, uses, max_uses: most, expires_at: end, state } = invite;
  return (
    <li className="flex items-center gap-3 py-2.5 ps-4 pe-2">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="truncate">{email ?? words.anybody}</span>
          {role === 'admin' && <Badge tone="accent">{words.roles.admin}</Badge>}
          <Badge tone={state === 'open' ? 'accent' : 'plain'}>{words.inviteStates[state]}</Badge>
        </p>
        <p className="text-sm text-muted">
          <span className="font-mono">{hint}…</span> · {words.usesOf(uses, most)} ·{' '}
          {end === null ? words.noEnd : words.until(formatDate(end, language))}
        </p>
      </div>
      <IconButton
        icon={Trash2}
        size={17}
        label={words.deleteInvite(email ?? `${hint}…`)}
        onClick={() => void act(() => client.delete(`/api/admin/invites/${id}`), words.inviteDeleted)}
      />
    </li>
  );
}
