import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import type { Prompt } from '../../../../shared/api/prompts.ts';
import { PageHeader } from '../../app/page-header.tsx';
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
import { PromptForm } from './prompt-form.tsx';
import { usePrompts, useRemovePrompt } from './use-prompts.ts';

/** The library of texts that are used again: found, made, changed, deleted. */
export function PromptsPage() {
  const strings = useStrings();
  const words = strings.prompts;
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const { list, items } = usePrompts(q);
  const remove = useRemovePrompt();
  /** What the form is open for: a prompt, or a new one. */
  const [editing, setEditing] = useState<Prompt | 'new' | null>(null);
  useTitle(words.title);
  const add = (
    <Button tone="primary" onClick={() => setEditing('new')}>
      <Plus size={16} aria-hidden />
      {words.add}
    </Button>
  );
  const bare = list.isSuccess && items.length === 0 && q === '';
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
          {list.isSuccess && items.length === 0 && q !== '' && (
            <p className="py-8 text-center text-muted">{words.none(q)}</p>
          )}
          {items.length > 0 && (
            <ul aria-label={words.title} className="divide-y divide-line rounded-lg border border-line bg-sheet">
              {items.map((prompt) => (
                <PromptRow
                  key={prompt.id}
                  prompt={prompt}
                  onEdit={() => setEditing(prompt)}
                  onRemove={() => remove(prompt)}
                />
              ))}
            </ul>
          )}
          {list.hasNextPage && (
            <Button className="mt-4" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {strings.files.more}
            </Button>
          )}
        </div>
      </div>
      <Modal
        open={editing !== null}
        onClose={() => setEditing(null)}
        title={editing === null || editing === 'new' ? words.add : words.edit(editing.title)}
      >
        <PromptForm prompt={editing === 'new' ? null : editing} onDone={() => setEditing(null)} />
      </Modal>
    </main>
  );
}

function PromptRow({ prompt, onEdit, onRemove }: { prompt: Prompt; onEdit(): void; onRemove(): void }) {
  const words = useStrings().prompts;
  const { title, command, content, shared, own } = prompt;
  return (
    <li className="flex items-start gap-2 py-3 ps-4 pe-2">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2.5">
          <span className="font-semibold">{title}</span>
          <code className="font-mono text-sm text-accent">/{command}</code>
          {shared && <span className="text-xs text-muted">{words.shared}</span>}
        </p>
        <p className="line-clamp-2 text-sm text-muted">{content}</p>
      </div>
      {own && (
        <span className="flex shrink-0">
          <IconButton icon={Pencil} size={16} label={words.edit(title)} onClick={onEdit} />
          <IconButton icon={Trash2} size={16} label={words.remove(title)} onClick={onRemove} />
        </span>
      )}
    </li>
  );
}
