import { useInfiniteQuery } from '@tanstack/react-query';
import { FilePlus2, Globe, Plus, Upload as UploadIcon } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Collection } from '../../../../shared/api/collections.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Modal } from '../../components/ui/modal.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { useStore } from '../../lib/store.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { AttachmentChip } from '../chat/composer/attachment-chip.tsx';
import { filesQuery } from '../files/api.ts';
import type { Upload } from '../files/uploads.ts';
import { useAct, useSources } from './use-collections.ts';

const noUploads: readonly Upload[] = [];

/** Puts things into a collection: files from this computer, files that are there already, and web pages. */
export function AddSources({ collection: { id } }: { collection: Collection }) {
  const strings = useStrings();
  const words = strings.knowledge;
  const { client, uploads } = useServices();
  const act = useAct();
  const slot = `collection-${id}`;
  const moving = useStore(uploads.store, (all) => all.get(slot) ?? noUploads);
  const picker = useRef<HTMLInputElement>(null);
  const [choosing, setChoosing] = useState(false);
  const [url, setUrl] = useState('');
  const [busy, setBusy] = useState(false);
  const sources = `/api/collections/${id}/sources`;
  const stored = moving.filter((upload) => upload.id !== null);

  // What has arrived becomes a source; from there the list tells how far it is.
  useEffect(() => {
    for (const { key, id: fileId } of stored) {
      uploads.remove(slot, key);
      void act(() => client.post(sources, { file_id: fileId }));
    }
  });

  const addUrl = async (): Promise<void> => {
    const address = url.trim();
    if (address === '') return;
    setBusy(true);
    const full = /^https?:\/\//i.test(address) ? address : `https://${address}`;
    if (await act(() => client.post(sources, { url: full }))) setUrl('');
    setBusy(false);
  };
  return (
    <div className="space-y-4">
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label={words.upload}
        onChange={(event) => {
          uploads.add(slot, [...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => picker.current?.click()}>
          <UploadIcon size={16} aria-hidden />
          {words.upload}
        </Button>
        <Button onClick={() => setChoosing(true)}>
          <FilePlus2 size={16} aria-hidden />
          {words.fromFiles}
        </Button>
      </div>
      <form
        className="flex flex-wrap items-start gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          void addUrl();
        }}
      >
        <div className="min-w-60 flex-1">
          <Field
            label={words.url}
            hint={words.urlHint}
            inputMode="url"
            autoComplete="off"
            placeholder="https://"
            value={url}
            onChange={(event) => setUrl(event.target.value)}
          />
        </div>
        <Button type="submit" busy={busy} className="mt-6 min-h-10">
          <Globe size={16} aria-hidden />
          {words.addUrl}
        </Button>
      </form>
      {moving.length > stored.length && (
        <ul className="flex flex-wrap gap-2">
          {moving
            .filter((upload) => upload.id === null)
            .map((upload) => (
              <AttachmentChip
                key={upload.key}
                upload={upload}
                onRetry={() => uploads.retry(slot, upload.key)}
                onRemove={() => uploads.remove(slot, upload.key)}
              />
            ))}
        </ul>
      )}
      <Modal open={choosing} onClose={() => setChoosing(false)} title={words.fromFiles}>
        <OwnFiles id={id} />
      </Modal>
    </div>
  );
}

/** One's own files, those that are in the collection marked. */
function OwnFiles({ id }: { id: string }) {
  const strings = useStrings();
  const words = strings.knowledge;
  const { client, updates } = useServices();
  const connected = useStore(updates.connected);
  const act = useAct();
  const list = useInfiniteQuery(filesQuery(client, connected));
  const inside = new Set(useSources(id).data?.items.map(({ file_id }) => file_id));
  const files = (list.data?.pages ?? []).flatMap(({ items }) => items);
  if (list.isPending) return <Skeleton className="p-5" lines={['h-10! w-full', 'h-10! w-full']} />;
  if (files.length === 0) return <p className="p-5 text-muted">{words.noFiles}</p>;
  return (
    <div className="overflow-y-auto p-5">
      <ul className="divide-y divide-line rounded-lg border border-line">
        {files.map(({ id: fileId, filename }) => (
          <li key={fileId} className="flex min-h-11 items-center gap-2 py-1 ps-4 pe-2">
            <span className="min-w-0 flex-1 truncate" title={filename}>
              {filename}
            </span>
            {inside.has(fileId) ? (
              <span className="px-2 text-sm text-muted">{words.isIn}</span>
            ) : (
              <IconButton
                icon={Plus}
                label={words.addFile(filename)}
                onClick={() => void act(() => client.post(`/api/collections/${id}/sources`, { file_id: fileId }))}
              />
            )}
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <Button className="mt-4" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {strings.files.more}
        </Button>
      )}
    </div>
  );
}
