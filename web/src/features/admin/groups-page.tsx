import { Plus, Trash2, UsersRound } from 'lucide-react';
import { useState } from 'react';
import type { Group } from '../../../../shared/api/groups.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Modal } from '../../components/ui/modal.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { GroupForm } from './group-form.tsx';
import { GroupMembers } from './group-members.tsx';
import { ListFrame } from './list-frame.tsx';
import { QuotaForm } from './quota-form.tsx';
import { useAct } from './use-act.ts';
import { useList } from './use-list.ts';

export function GroupsPage() {
  const words = useStrings().admin;
  const { client } = useServices();
  const act = useAct();
  const [edited, setEdited] = useState<Group | 'new' | null>(null);
  const [opened, setOpened] = useState<Group | null>(null);
  const [limited, setLimited] = useState<Group | null>(null);
  const { list, items } = useList<Group>('/api/admin/groups');
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <p className="min-w-52 flex-1 text-muted">{words.groupsText}</p>
        <Button tone="primary" onClick={() => setEdited('new')}>
          <Plus size={16} aria-hidden />
          {words.addGroup}
        </Button>
      </div>
      <ListFrame list={list} count={items.length} empty={words.noGroups} label={words.groups}>
        {items.map((group) => (
          <li key={group.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2.5 ps-4 pe-2">
            <div className="min-w-40 flex-1">
              <p className="truncate">{group.name}</p>
              <p className="truncate text-sm text-muted">
                {[words.memberCount(group.members), group.description].filter(Boolean).join(' · ')}
              </p>
            </div>
            <div className="flex items-center gap-2">
              <Button aria-label={words.membersOf(group.name)} onClick={() => setOpened(group)}>
                <UsersRound size={16} aria-hidden />
                {words.members}
              </Button>
              <Button aria-label={words.editGroup(group.name)} onClick={() => setEdited(group)}>
                {words.edit}
              </Button>
              <Button aria-label={words.quotaOf(group.name)} onClick={() => setLimited(group)}>
                {words.quota}
              </Button>
              <IconButton
                icon={Trash2}
                size={17}
                label={words.deleteGroup(group.name)}
                onClick={() =>
                  void act(() => client.delete(`/api/admin/groups/${group.id}`), words.deleted(group.name))
                }
              />
            </div>
          </li>
        ))}
      </ListFrame>
      <Modal
        open={edited !== null}
        onClose={() => setEdited(null)}
        title={edited === 'new' || edited === null ? words.addGroup : words.editGroup(edited.name)}
      >
        {edited && <GroupForm group={edited === 'new' ? null : edited} onDone={() => setEdited(null)} />}
      </Modal>
      <Modal
        open={limited !== null}
        onClose={() => setLimited(null)}
        title={limited ? words.quotaOf(limited.name) : words.quota}
      >
        {limited && <QuotaForm path={`/api/admin/groups/${limited.id}/quota`} onDone={() => setLimited(null)} />}
      </Modal>
      <Modal open={opened !== null} onClose={() => setOpened(null)} title={opened ? words.membersOf(opened.name) : ''}>
        {opened && <GroupMembers group={opened} />}
      </Modal>
    </>
  );
}
