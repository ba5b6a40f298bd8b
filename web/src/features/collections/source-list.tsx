import { Link } from '@tanstack/react-router';
import { CircleCheck, Download, FileText, Globe, LoaderCircle, TriangleAlert, X } from 'lucide-react';
import type { Collection, CollectionSource } from '../../../../shared/api/collections.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { cx } from '../../components/ui/cx.ts';
import { Empty } from '../../components/ui/empty.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { formatDate } from '../../lib/format.ts';
import { refusalOf } from '../../lib/problem.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';
import { Thumbnail } from '../files/thumbnail.tsx';
import { statusWords } from '../files/words.ts';
import { FetchMenu } from './fetch-menu.tsx';
import { useAct, useSources } from './use-collections.ts';

const stateIcons = { ready: CircleCheck, failed: TriangleAlert, queued: LoaderCircle, processing: LoaderCircle };

/** What is in a collection, newest first, and how far its reading is. */
export function SourceList({ collection: { id, access } }: { collection: Collection }) {
  const strings = useStrings();
  const words = strings.knowledge;
  const list = useSources(id);
  const items = list.data?.items ?? [];
  if (list.isPending) return <Skeleton lines={['h-12! w-full', 'h-12! w-full']} />;
  if (list.isError)
    return (
      <ProblemNotice refusal={refusalOf(list.error)} title={words.listFailed}>
        <Button onClick={() => void list.refetch()}>{strings.app.retry}</Button>
      </ProblemNotice>
    );
  if (items.length === 0)
    return (
      <Empty
        level="h2"
        title={words.noSourcesTitle}
        text={access === 'read' ? words.noSourcesRead : words.noSourcesText}
      />
    );
  return (
    <ul
      aria-label={words.sources(items.length)}
      className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-sheet"
    >
      {items.map((source) => (
        <SourceRow key={source.id} id={id} source={source} changes={access !== 'read'} />
      ))}
    </ul>
  );
}

function SourceRow({ id, source, changes }: { id: string; source: CollectionSource; changes: boolean }) {
  const strings = useStrings();
  const words = strings.knowledge;
  const language = useLanguage();
  const { client } = useServices();
  const act = useAct();
  const { kind, title, url, status, file_id: fileId, page_count: pages } = source;
  const State = stateIcons[status];
  const path = `/api/collections/${id}/sources`;
  const what = url === null ? { file_id: fileId } : { url };
  const facts = [
    url !== null && url !== title && new URL(url).hostname,
    pages !== null && strings.files.pages(pages),
    formatDate(source.fetched_at ?? source.created_at, language),
    source.refresh !== 'off' && words.refreshes[source.refresh],
  ].filter(Boolean);
  return (
    <li className="flex items-center gap-3 py-2 ps-4 pe-2">
      <Thumbnail
        fileId={status === 'ready' ? fileId : null}
        contentType={source.content_type}
        icon={kind === 'url' ? Globe : FileText}
      />
      <div className="min-w-0 flex-1">
        <p className="truncate" title={title}>
          {fileId === null ? (
            title
          ) : (
            <Link to="/files/$fileId" params={{ fileId }} className="rounded-sm hover:text-accent hover:underline">
              {title}
            </Link>
          )}
        </p>
        <p className="flex flex-wrap gap-x-3 text-sm text-muted">
          <span className={cx('inline-flex min-w-0 items-start gap-1', status === 'failed' && 'text-danger')}>
            <State
              size={14}
              aria-hidden
              className={cx(
                'mt-1 shrink-0',
                status === 'ready' && 'text-good',
                State === LoaderCircle && 'animate-spin',
              )}
            />
            {statusWords(source, strings)}
          </span>
          <span>{facts.join(' · ')}</span>
        </p>
      </div>
      {fileId !== null && (
        <a
          href={`/api/files/${fileId}/content`}
          download={title}
          aria-label={words.open(title)}
          title={words.open(title)}
          className="grid size-8 shrink-0 place-items-center rounded-md text-muted hover:bg-well hover:text-ink pointer-coarse:size-10"
        >
          <Download size={17} strokeWidth={1.75} aria-hidden />
        </a>
      )}
      {changes && url !== null && <FetchMenu path={path} source={{ ...source, url }} />}
      {changes && (
        <IconButton
          icon={X}
          size={17}
          label={words.takeOut(title)}
          onClick={() => void act(() => client.open('DELETE', path, { body: what }))}
        />
      )}
    </li>
  );
}
