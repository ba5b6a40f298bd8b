import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import type { StoredFile } from '../../../../shared/api/files.ts';
import type { Client } from '../../lib/client.ts';
import type { Page } from '../../lib/query.ts';

export const filesPath = ({ q, limit, cursor }: { q: string; limit: number; cursor?: string | null }): string =>
  `/api/files?${new URLSearchParams({ limit: String(limit), ...(q && { q }), ...(cursor && { cursor }) })}`;

/** Those whose name contains `q`, newest first. The server tells what changes; while it cannot (`live`), it is asked as long as a file is being read. */
export const filesQuery = (client: Client, live: boolean, q = '') =>
  infiniteQueryOptions({
    queryKey: ['files', 'list', q],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<StoredFile>>(filesPath({ q, limit: 50, cursor: pageParam }), signal),
    placeholderData: keepPreviousData,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: ({ state }) =>
      !live &&
      state.data?.pages.some(({ items }) => items.some(({ status }) => status === 'queued' || status === 'processing'))
        ? 2_000
        : false,
  });
