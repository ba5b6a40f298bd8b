import { Link, useNavigate } from '@tanstack/react-router';
import { Library, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Collection } from '../../../../shared/api/collections.ts';
import { PageHeader } from '../../app/page-header.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Empty } from '../../components/ui/empty.tsx';
import { Modal } from '../../components/ui/modal.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useTitle } from '../../lib/title.ts';
import { CollectionForm } from './collection-form.tsx';
import { factsOf } from './facts.ts';
import { useCollections } from './use-collections.ts';

/** One's collections and those that others share. */
export function CollectionsPage() {
  const strings = useStrings();
  const words = strings.knowledge;
  const navigate = useNavigate();
  const list = useCollections();
  const [making, setMaking] = useState(false);
  const items = list.data?.items ?? [];
  useTitle(words.title);
  const make = (
    <Button tone="primary" onClick={() => setMaking(true)}>
      <Plus size={16} aria-hidden />
      <span>{words.make}</span>
    </Button>
  );
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <PageHeader title={words.title} column="max-w-4xl">
        {items.length > 0 && make}
      </PageHeader>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto w-full max-w-4xl px-4 pb-10 sm:px-6">
          {items.length > 0 && <p className="mb-4 text-muted">{words.text}</p>}
          {list.isPending && <Skeleton className="pt-4" lines={['h-12! w-full', 'h-12! w-full', 'h-12! w-full']} />}
          {list.isError && (
            <ProblemNotice refusal={refusalOf(list.error)} title={words.listFailed}>
              <Button onClick={() => void list.refetch()}>{strings.app.retry}</Button>
            </ProblemNotice>
          )}
          {list.isSuccess && items.length === 0 && (
            <Empty level="h2" title={words.emptyTitle} text={words.emptyText}>
              {make}
            </Empty>
          )}
          {items.length > 0 && (
            <ul
              aria-label={words.title}
              className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-sheet"
            >
              {items.map((collection) => (
                <Row key={collection.id} collection={collection} />
              ))}
            </ul>
          )}
        </div>
      </div>
      <Modal open={making} onClose={() => setMaking(false)} title={words.make}>
        <CollectionForm
          onDone={(id) => {
            setMaking(false);
            if (id) void navigate({ to: '/collections/$collectionId', params: { collectionId: id } });
          }}
        />
      </Modal>
    </main>
  );
}

function Row({ collection }: { collection: Collection }) {
  const words = useStrings().knowledge;
  const { id, name, description } = collection;
  return (
    <li>
      <Link
        to="/collections/$collectionId"
        params={{ collectionId: id }}
        className="flex items-center gap-3 px-4 py-2.5 hover:bg-well focus-visible:outline-offset-[-2px]"
      >
        <Library size={20} strokeWidth={1.5} aria-hidden className="hidden shrink-0 text-accent sm:block" />
        <span className="min-w-0 flex-1">
          <span className="block truncate">{name}</span>
          <span className="block truncate text-sm text-muted">
            {[...factsOf(collection, words), description].filter(Boolean).join(' · ')}
          </span>
        </span>
      </Link>
    </li>
  );
}
