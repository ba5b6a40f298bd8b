import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { AdminProvider } from '../../../../shared/api/providers.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Modal } from '../../components/ui/modal.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { CopyButton } from '../chat/copy-button.tsx';
import { DefaultModels } from './default-models.tsx';
import { ListFrame } from './list-frame.tsx';
import { ProviderForm } from './provider-form.tsx';
import { ProviderModels } from './provider-models.tsx';
import { ProviderRow } from './provider-row.tsx';
import { useAct } from './use-act.ts';
import { useList } from './use-list.ts';
import { useProviderChange } from './use-provider-change.ts';

const ggufCommand = 'npm install --no-save node-llama-cpp';

type Open = { what: 'edit' | 'manage' | 'remove'; id: string } | { what: 'add' } | null;

/** The model servers of this instance, who may use them, and which models answer when nobody chooses. */
export function ProvidersPage() {
  const strings = useStrings();
  const words = strings.providers;
  const { client } = useServices();
  const act = useAct();
  const changed = useProviderChange();
  const { list, items } = useList<AdminProvider>('/api/admin/providers');
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);
  const subject = open && open.what !== 'add' ? items.find(({ id }) => id === open.id) : undefined;
  const last = items.filter(({ source }) => source !== 'built_in').length - 1;
  const remove = async ({ id, name }: AdminProvider): Promise<void> => {
    if (await act(() => client.delete(`/api/admin/providers/${id}`), words.removed(name))) close();
    await changed();
  };
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <p className="min-w-52 flex-1 text-muted">{words.text}</p>
        <Button tone="primary" onClick={() => setOpen({ what: 'add' })}>
          <Plus size={16} aria-hidden />
          {words.add}
        </Button>
      </div>
      <ListFrame list={list} count={items.length} empty={words.none} label={words.title}>
        {items.map((provider) => (
          <ProviderRow
            key={provider.id}
            provider={provider}
            last={last}
            onEdit={() => setOpen({ what: 'edit', id: provider.id })}
            onManage={() => setOpen({ what: 'manage', id: provider.id })}
            onRemove={() => setOpen({ what: 'remove', id: provider.id })}
          />
        ))}
      </ListFrame>
      <DefaultModels />
      <section className="mt-8">
        <details>
          <summary className="cursor-pointer font-serif text-lg font-semibold">{words.gguf}</summary>
          <p className="py-2 text-muted">{words.ggufText}</p>
          <div className="flex items-center gap-2 rounded-md border border-line bg-sheet py-1 ps-3 pe-1">
            <code className="min-w-0 flex-1 overflow-x-auto text-sm">{ggufCommand}</code>
            <CopyButton text={ggufCommand} label={words.copyCommand} size={16} />
          </div>
        </details>
      </section>
      <Modal open={open?.what === 'add'} onClose={close} title={words.add}>
        {open?.what === 'add' && <ProviderForm provider={null} onDone={close} />}
      </Modal>
      <Modal
        open={open?.what === 'edit' && subject !== undefined}
        onClose={close}
        title={words.edit(subject?.name ?? '')}
      >
        {subject && <ProviderForm provider={subject} onDone={close} />}
      </Modal>
      <Modal
        open={open?.what === 'manage' && subject !== undefined}
        onClose={close}
        title={words.manageFor(subject?.name ?? '')}
      >
        {subject && <ProviderModels provider={subject} />}
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
