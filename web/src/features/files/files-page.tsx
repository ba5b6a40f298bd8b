import { useInfiniteQuery } from '@tanstack/react-query';
import { Upload as UploadIcon } from 'lucide-react';
import { useDeferredValue, useRef, useState } from 'react';
import { PageHeader } from '../../app/page-header.tsx';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Empty } from '../../components/ui/empty.tsx';
import { inputClass } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStore } from '../../lib/store.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useTitle } from '../../lib/title.ts';
import { undoable } from '../../lib/undoable.ts';
import { DropCurtain } from '../chat/drop-curtain.tsx';
import { RetentionNote } from '../retention/retention-note.tsx';
import { AttachmentChip } from '../chat/composer/attachment-chip.tsx';
import type { StoredFile } from '../../../../shared/api/files.ts';
import { filesQuery } from './api.ts';
import { FileRow } from './file-row.tsx';
import type { Upload } from './uploads.ts';
import { useDropTarget } from './use-drop-target.ts';

const slot = 'files';
const noUploads: readonly Upload[] = [];

export function FilesPage() {
  const strings = useStrings();
  const { client, queries, toasts, uploads, updates } = useServices();
  const connected = useStore(updates.connected);
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const list = useInfiniteQuery(filesQuery(client, connected, q));
  const moving = useStore(uploads.store, (all) => all.get(slot) ?? noUploads).filter(
    ({ phase }) => phase === 'uploading' || phase === 'refused',
  );
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const picker = useRef<HTMLInputElement>(null);
  const add = (files: File[]): void => uploads.add(slot, files);
  const drop = useDropTarget(add);
  useTitle(strings.files.title);

  const hide = (id: string, on: boolean): void =>
    setHidden((now) => new Set(on ? [...now, id] : [...now].filter((one) => one !== id)));
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['files'] });
  const remove = (file: StoredFile): void => {
    hide(file.id, true);
    undoable(toasts, {
      text: strings.files.deleted(file.filename),
      undo: () => hide(file.id, false),
      commit: async (keepalive) => {
        await client.delete(`/api/files/${file.id}`, { keepalive });
        await again();
      },
      failed: async () => {
        hide(file.id, false);
        await again();
      },
    });
  };
  const files = (list.data?.pages ?? []).flatMap(({ items }) => items).filter(({ id }) => !hidden.has(id));
  const bare = list.isSuccess && files.length === 0 && q === '';
  const choose = (
    <Button tone="primary" onClick={() => picker.current?.click()}>
      <UploadIcon size={16} aria-hidden />
      <span>{strings.files.upload}</span>
    </Button>
  );
  return (
    <main {...drop.handlers} className="relative flex min-h-0 flex-1 flex-col">
      <PageHeader title={strings.files.title} column="max-w-4xl">
        {!bare && choose}
      </PageHeader>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label={strings.files.upload}
        onChange={(event) => {
          add([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto w-full max-w-4xl px-4 pb-10 sm:px-6">
          {!bare && (
            <>
              <p className="text-muted">{strings.files.text}</p>
              <input
                type="text"
                role="searchbox"
                aria-label={strings.files.search}
                placeholder={strings.files.search}
                value={typed}
                maxLength={200}
                onChange={(event) => setTyped(event.target.value)}
                className={`${inputClass} my-4`}
              />
            </>
          )}
          <RetentionNote of="files" className="mb-4" />
          {moving.length > 0 && (
            <ul className="mb-4 flex flex-wrap gap-2">
              {moving.map((upload) => (
                <AttachmentChip
                  key={upload.key}
                  upload={upload}
                  onRetry={() => uploads.retry(slot, upload.key)}
                  onRemove={() => uploads.remove(slot, upload.key)}
                />
              ))}
            </ul>
          )}
          {list.isPending && <Skeleton className="pt-4" lines={['h-10! w-full', 'h-10! w-full', 'h-10! w-full']} />}
          {list.isError && (
            <ProblemNotice refusal={refusalOf(list.error)} title={strings.files.listFailed}>
              <Button onClick={() => void list.refetch()}>{strings.app.retry}</Button>
            </ProblemNotice>
          )}
          {list.isSuccess && files.length === 0 && q !== '' && (
            <p role="status" className="py-8 text-center text-muted">
              {strings.files.none(q)}
            </p>
          )}
          {bare && (
            <Empty level="h2" title={strings.files.emptyTitle} text={strings.files.emptyText}>
              {choose}
            </Empty>
          )}
          {files.length > 0 && (
            <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-sheet">
              {files.map((file) => (
                <FileRow key={file.id} file={file} onDelete={() => remove(file)} />
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
      <DropCurtain shown={drop.over} />
    </main>
  );
}
