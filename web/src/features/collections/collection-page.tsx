import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ArrowLeft, MessageSquareText, Pencil, Share2, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Collection } from '../../../../shared/api/collections.ts';
import { focusInput } from '../../app/layout.ts';
import { PageHeader } from '../../app/page-header.tsx';
import { useServices } from '../../app/services.ts';
import { Button, buttonClass } from '../../components/ui/button.tsx';
import { Empty } from '../../components/ui/empty.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Modal } from '../../components/ui/modal.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useTitle } from '../../lib/title.ts';
import { AddSources } from './add-sources.tsx';
import { askedOf, nothingAsked } from './asked.ts';
import { CollectionForm } from './collection-form.tsx';
import { CollectionShareForm } from './collection-share-form.tsx';
import { factsOf } from './facts.ts';
import { LeaveButton } from './leave-button.tsx';
import { SourceList } from './source-list.tsx';
import { useAct, useCollection } from './use-collections.ts';

/** One collection: what is in it, how far that is read, and with whom it is shared. */
export function CollectionPage() {
  const strings = useStrings();
  const words = strings.knowledge;
  const { collectionId } = useParams({ from: '/desk/collections/$collectionId' });
  const found = useCollection(collectionId);
  const gone = found.isError && refusalOf(found.error).status === 404;
  useTitle(found.data?.name ?? words.title);
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <PageHeader title={found.data?.name ?? (gone ? '' : words.title)} column="max-w-4xl">
        {found.data && <Actions collection={found.data} />}
      </PageHeader>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto w-full max-w-4xl space-y-6 px-4 pb-10 sm:px-6">
          <Link
            to="/collections"
            className="inline-flex min-h-8 items-center gap-1.5 text-sm text-muted hover:text-ink"
          >
            <ArrowLeft size={15} aria-hidden />
            {words.back}
          </Link>
          {found.isPending && <Skeleton lines={['w-1/2', 'h-12! w-full', 'h-12! w-full']} />}
          {gone && (
            <Empty title={words.goneTitle} text={words.goneText}>
              <Link to="/collections" className={buttonClass('primary')}>
                {words.back}
              </Link>
            </Empty>
          )}
          {found.isError && !gone && (
            <ProblemNotice refusal={refusalOf(found.error)} title={words.listFailed}>
              <Button onClick={() => void found.refetch()}>{strings.app.retry}</Button>
            </ProblemNotice>
          )}
          {found.data && (
            <>
              <div className="text-muted">
                {found.data.description !== '' && <p className="mb-1 text-ink">{found.data.description}</p>}
                <p className="text-sm">{factsOf(found.data, words).join(' · ')}</p>
              </div>
              {found.data.access !== 'read' && <AddSources collection={found.data} />}
              <SourceList collection={found.data} />
            </>
          )}
        </div>
      </div>
    </main>
  );
}

type Dialog = 'share' | 'edit' | 'delete' | null;

function Actions({ collection }: { collection: Collection }) {
  const strings = useStrings();
  const words = strings.knowledge;
  const { live } = useServices();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<Dialog>(null);
  const close = (): void => setDialog(null);
  const ask = (): void => {
    live.slots.renew();
    const { id, name } = collection;
    askedOf(live.slots.draft.get()).set({ ...nothingAsked, collections: [{ id, name }] });
    void navigate({ to: '/' }).then(focusInput);
  };
  return (
    <>
      {collection.access === 'owner' && (
        <>
          <IconButton icon={Share2} label={words.share} onClick={() => setDialog('share')} />
          <IconButton icon={Trash2} label={words.delete} onClick={() => setDialog('delete')} />
        </>
      )}
      {collection.access !== 'owner' && <LeaveButton collection={collection} />}
      {collection.access !== 'read' && (
        <IconButton icon={Pencil} label={words.edit} onClick={() => setDialog('edit')} />
      )}
      <Button tone="primary" onClick={ask}>
        <MessageSquareText size={16} aria-hidden />
        <span className="max-sm:sr-only">{words.ask}</span>
      </Button>
      <Modal open={dialog === 'share'} onClose={close} title={words.shareTitle(collection.name)}>
        <CollectionShareForm id={collection.id} />
      </Modal>
      <Modal open={dialog === 'edit'} onClose={close} title={words.edit}>
        <CollectionForm collection={collection} onDone={close} />
      </Modal>
      <Modal open={dialog === 'delete'} onClose={close} title={words.deleteTitle(collection.name)}>
        <DeleteForm id={collection.id} onClose={close} />
      </Modal>
    </>
  );
}

function DeleteForm({ id, onClose }: { id: string; onClose(): void }) {
  const strings = useStrings();
  const words = strings.knowledge;
  const { client } = useServices();
  const navigate = useNavigate();
  const act = useAct();
  const [busy, setBusy] = useState(false);
  const remove = async (): Promise<void> => {
    setBusy(true);
    await navigate({ to: '/collections' });
    await act(() => client.delete(`/api/collections/${id}`));
  };
  return (
    <div className="space-y-4 p-5">
      <p>{words.deleteText}</p>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{strings.app.cancel}</Button>
        <Button tone="danger" busy={busy} onClick={() => void remove()}>
          {words.delete}
        </Button>
      </div>
    </div>
  );
}
