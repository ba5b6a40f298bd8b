import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useServices } from '../../../app/services.ts';
import { Button } from '../../../components/ui/button.tsx';
import { ProblemNotice } from '../../../components/ui/notice.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { groupByDate } from '../../../lib/dates.ts';
import { part } from '../../../lib/part.tsx';
import { refusalOf } from '../../../lib/problem.ts';
import { useStore } from '../../../lib/store.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { listQuery } from '../conversations.ts';
import type { ListFilter } from '../paths.ts';
import { ConversationRow } from './conversation-row.tsx';
import { SelectableRow } from './selectable-row.tsx';
import { selection } from './selection.ts';

const SelectionBar = part(async () => (await import('./selection-bar.tsx')).SelectionBar);

const isSameShelf = (a: ListFilter, b: ListFilter): boolean =>
  a.archived === b.archived && a.folder === b.folder && a.tag === b.tag;

/** The conversations under their dates: only the rows in view are drawn, older pages come as one scrolls. */
export function ConversationList(filter: ListFilter) {
  const { q, archived, folder, tag } = filter;
  const strings = useStrings();
  const { client, conversations } = useServices();
  const list = useInfiniteQuery({
    ...listQuery(client, filter),
    // While other words are looked for, what was found before stays.
    placeholderData: (before, query) =>
      query && isSameShelf(query.queryKey[1] as ListFilter, filter) ? before : undefined,
  });
  const hidden = useStore(conversations.hidden);
  const { data, isPlaceholderData, isFetchingNextPage, fetchNextPage } = list;
  const hasNextPage = list.hasNextPage && !isPlaceholderData;
  const rows = useMemo(
    () =>
      groupByDate(
        (data?.pages ?? []).flatMap(({ items }) => items).filter(({ id }) => !hidden.has(id)),
        Date.now(),
      ),
    [data, hidden],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.type === 'heading' ? 34 : 36),
    getItemKey: (index) => {
      const row = rows[index];
      return row?.type === 'item' ? row.item.id : (row?.group ?? index);
    },
    overscan: 12,
  });
  const shown = virtual.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastShown >= rows.length - 15) void fetchNextPage();
  }, [lastShown, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const selected = useStore(selection.selected);
  const order = useRef<string[]>([]);
  useEffect(() => {
    order.current = rows.flatMap((row) => (row.type === 'item' ? [row.item.id] : []));
  }, [rows]);
  const inOrder = useCallback(() => order.current, []);
  // What is selected is what one sees: another list begins without it.
  useEffect(() => selection.end, [q, archived, folder, tag]);

  const empty = list.isSuccess && rows.length === 0;
  return (
    <>
      <section
        ref={scroller}
        aria-label={archived ? strings.shell.archive : strings.shell.conversations}
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-2"
      >
        {list.isPending && (
          <Skeleton className="p-3" lines={['w-1/3', 'w-4/5', 'w-3/5', 'w-11/12', 'w-2/3', 'w-3/4']} />
        )}
        {list.isError && (
          <div className="space-y-2 p-1">
            <ProblemNotice refusal={refusalOf(list.error)} title={strings.shell.listFailed} />
            <Button onClick={() => void list.refetch()}>{strings.app.retry}</Button>
          </div>
        )}
        {empty && (
          <div className="px-4 py-10 text-center text-muted">
            {q ? (
              strings.shell.noMatch(q)
            ) : folder !== null ? (
              strings.folders.empty
            ) : tag !== null ? (
              strings.tags.empty
            ) : archived ? (
              strings.shell.emptyArchive
            ) : (
              <>
                <p className="font-serif text-lg text-ink">{strings.shell.emptyTitle}</p>
                <p>{strings.shell.emptyText}</p>
              </>
            )}
          </div>
        )}
        <ul className="relative" style={{ height: virtual.getTotalSize() }}>
          {shown.map(({ index, key, start, size }) => {
            const row = rows[index];
            if (!row) return null;
            const place = { transform: `translateY(${start}px)`, height: size };
            return (
              <li key={key} className="absolute inset-x-0 top-0" style={place}>
                {row.type === 'heading' ? (
                  <h2 className="px-2.5 pt-3 pb-1 font-sans text-xs font-semibold tracking-normal text-muted">
                    {strings.shell.groups[row.group]}
                  </h2>
                ) : selected ? (
                  <SelectableRow conversation={row.item} order={inOrder} />
                ) : (
                  <ConversationRow conversation={row.item} />
                )}
              </li>
            );
          })}
        </ul>
      </section>
      {selected && <SelectionBar ids={[...selected]} archived={archived} shown={inOrder} />}
    </>
  );
}
