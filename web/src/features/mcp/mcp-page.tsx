import { useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { AdminMcpServer } from '../../../../shared/api/mcp.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Modal } from '../../components/ui/modal.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { ListFrame } from '../admin/list-frame.tsx';
import { useAct } from '../admin/use-act.ts';
import { useList } from '../admin/use-list.ts';
import { refusedHere } from './refused.ts';
import { ServerForm } from './server-form.tsx';
import { ServerRow } from './server-row.tsx';
import { ServerTools } from './server-tools.tsx';

type Open = { what: 'edit' | 'tools' | 'remove'; id: string } | { what: 'add' } | null;

/** The servers of tools of this instance: how they are, who may use them, and what runs without asking. */
export function McpPage() {
  const strings = useStrings();
  const words = strings.mcp;
  const { client, queries } = useServices();
  const act = useAct();
  const search: { tools_refused?: string } = useSearch({ strict: false });
  const { list, items } = useList<AdminMcpServer>('/api/admin/mcp-servers');
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);
  const subject = open && open.what !== 'add' ? items.find(({ id }) => id === open.id) : undefined;
  const refusal = refusedHere(search.tools_refused, strings);
  const remove = async ({ id, name }: AdminMcpServer): Promise<void> => {
    if (await act(() => client.delete(`/api/admin/mcp-servers/${id}`), words.removed(name))) close();
    await queries.invalidateQueries({ queryKey: ['tools'] });
  };
  return (
    <>
      {refusal && <ProblemNotice refusal={refusal} />}
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <p className="min-w-52 flex-1 text-muted">{words.text}</p>
        <Button tone="primary" onClick={() => setOpen({ what: 'add' })}>
          <Plus size={16} aria-hidden />
          {words.add}
        </Button>
      </div>
      <ListFrame list={list} count={items.length} empty={words.none} label={words.title}>
        {items.map((server) => (
          <ServerRow
            key={server.id}
            server={server}
            onEdit={() => setOpen({ what: 'edit', id: server.id })}
            onTools={() => setOpen({ what: 'tools', id: server.id })}
            onRemove={() => setOpen({ what: 'remove', id: server.id })}
          />
        ))}
      </ListFrame>
      <Modal open={open?.what === 'add'} onClose={close} title={words.add}>
        {open?.what === 'add' && <ServerForm server={null} onDone={close} />}
      </Modal>
      <Modal
        open={open?.what === 'edit' && subject !== undefined}
        onClose={close}
        title={words.edit(subject?.name ?? '')}
      >
        {subject && <ServerForm server={subject} onDone={close} />}
      </Modal>
      <Modal
        open={open?.what === 'tools' && subject !== undefined}
        onClose={close}
        title={words.toolsOf(subject?.name ?? '')}
      >
        {subject && <ServerTools server={subject} />}
      </Modal>
      <Modal
        open={open?.what === 'remove' && subject !== undefined}
        onClose={close}
        title={words.remove(subject?.name ?? '')}
      >
        {subject && (
          <div className="space-y-4 p-5">
            <p>{words.removeText(subject.name)}</p>
            <div className="flex justify-end gap-2">
              <Button onClick={close}>{strings.app.cancel}</Button>
              <Button tone="danger" onClick={() => void remove(subject)}>
                {words.remove(subject.name)}
              </Button>
            </div>
          </div>
        )}
      </Modal>
    </>
  );
}
