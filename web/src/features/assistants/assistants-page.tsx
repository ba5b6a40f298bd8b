import { useNavigate } from '@tanstack/react-router';
import { Copy, MessageSquare, Pencil, Plus, Trash2, UserPlus } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import type { Assistant } from '../../../../shared/api/assistants.ts';
import { focusInput } from '../../app/layout.ts';
import { PageHeader } from '../../app/page-header.tsx';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Empty } from '../../components/ui/empty.tsx';
import { inputClass } from '../../components/ui/field.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Modal } from '../../components/ui/modal.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useTitle } from '../../lib/title.ts';
import { useUser } from '../auth/session.ts';
import { AssistantForm } from './assistant-form.tsx';
import { AssistantShareForm } from './assistant-share-form.tsx';
import { AssistantSign } from './assistant-sign.tsx';
import { assistantOf } from './chosen.ts';
import { useAssistants, useCopyAssistant, useRemoveAssistant } from './use-assistants.ts';

type Open = { what: 'form' | 'share'; assistant: Assistant | null };

/** Assistants: found, asked, made, changed, shared, copied, deleted. */
export function AssistantsPage() {
  const strings = useStrings();
  const words = strings.assistants;
  const { live } = useServices();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim().toLowerCase());
  const { list, items } = useAssistants();
  const remove = useRemoveAssistant();
  const copy = useCopyAssistant();
  const [open, setOpen] = useState<Open | null>(null);
  useTitle(words.title);
  const ask = ({ id }: Assistant): void => {
    live.slots.renew();
    assistantOf(live.slots.draft.get()).set(id);
    void navigate({ to: '/' }).then(focusInput);
  };
  const add = (
    <Button tone="primary" onClick={() => setOpen({ what: 'form', assistant: null })}>
      <Plus size={16} aria-hidden />
      <span>{words.add}</span>
    </Button>
  );
  const bare = list.isSuccess && items.length === 0;
  const found = items.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(q));
  const title = open?.assistant ? (open.what === 'form' ? words.edit : words.share)(open.assistant.name) : words.add;
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <PageHeader title={words.title} column="max-w-4xl">
        {!bare && add}
      </PageHeader>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto w-full max-w-4xl px-4 pb-12 sm:px-6">
          {bare ? (
            <Empty level="h2" title={words.emptyTitle} text={words.emptyText}>
              {add}
            </Empty>
          ) : (
            <>
              <p className="text-muted">{words.text}</p>
              <input
                type="text"
                role="searchbox"
                aria-label={words.search}
                placeholder={words.search}
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
                className={`${inputClass} my-4`}
              />
            </>
          )}
          {list.isPending && <Skeleton lines={['h-16! w-full', 'h-16! w-full', 'h-16! w-full']} />}
          {list.isError && (
            <ProblemNotice refusal={refusalOf(list.error)} title={words.failed}>
              <Button onClick={() => void list.refetch()}>{strings.app.retry}</Button>
            </ProblemNotice>
          )}
          {items.length > 0 && found.length === 0 && <p className="py-8 text-center text-muted">{words.none(q)}</p>}
          {found.length > 0 && (
            <ul aria-label={words.title} className="divide-y divide-line rounded-lg border border-line bg-sheet">
              {found.map((assistant) => (
                <AssistantRow
                  key={assistant.id}
                  assistant={assistant}
                  onAsk={() => ask(assistant)}
                  onCopy={() => void copy(assistant)}
                  onOpen={(what) => setOpen({ what, assistant })}
                  onRemove={() => remove(assistant)}
                />
              ))}
            </ul>
          )}
        </div>
      </div>
      <Modal open={open !== null} onClose={() => setOpen(null)} title={title} wide={open?.what === 'form'}>
        {open?.what === 'share' && open.assistant ? (
          <AssistantShareForm id={open.assistant.id} />
        ) : (
          <AssistantForm
            assistant={open?.assistant ?? null}
            onDone={(saved) => {
              setOpen(null);
              if (saved) ask(saved);
            }}
          />
        )}
      </Modal>
    </main>
  );
}

type RowProps = {
  assistant: Assistant;
  onAsk(): void;
  onCopy(): void;
  onOpen(what: Open['what']): void;
  onRemove(): void;
};

function AssistantRow({ assistant, onAsk, onCopy, onOpen, onRemove }: RowProps) {
  const words = useStrings().assistants;
  const user = useUser();
  const { name, description, emoji, everyone, owner, can_edit } = assistant;
  const own = owner.id === user?.id;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-3 ps-4 pe-2">
      <AssistantSign emoji={emoji} />
      <div className="min-w-0 flex-1 basis-48">
        <p className="flex flex-wrap items-baseline gap-x-2.5">
          <span className="min-w-0 font-semibold break-words">{name}</span>
          {everyone && <span className="text-xs text-muted">{words.everyone}</span>}
          {!own && <span className="text-xs text-muted">{words.by(owner.name)}</span>}
        </p>
        <p className="line-clamp-2 text-sm break-words text-muted">{description}</p>
      </div>
      <span className="ms-auto flex shrink-0">
        <IconButton icon={MessageSquare} size={16} label={words.ask(name)} onClick={onAsk} />
        {can_edit && (
          <>
            <IconButton icon={UserPlus} size={16} label={words.share(name)} onClick={() => onOpen('share')} />
            <IconButton icon={Pencil} size={16} label={words.edit(name)} onClick={() => onOpen('form')} />
            <IconButton icon={Trash2} size={16} label={words.remove(name)} onClick={onRemove} />
          </>
        )}
        {!own && <IconButton icon={Copy} size={16} label={words.copy(name)} onClick={onCopy} />}
      </span>
    </li>
  );
}
