import { infiniteQueryOptions } from '@tanstack/react-query';
import type { StoredFile } from '../../../../shared/api/files.ts';
import type { Client } from '../../lib/client.ts';
import type { Page } from '../../lib/query.ts';

/** Newest first. The server tells what changes; while it cannot (`live`), it is asked as long as a file is being read. */
export const filesQuery = (client: Client, live: boolean) =>
  infiniteQueryOptions({
    queryKey: ['files'],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<StoredFile>>(
        `/api/files?limit=50${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''}`,
        signal,
      ),
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: ({ state }) =>
      !live &&
      state.data?.pages.some(({ items }) => items.some(({ status }) => status === 'queued' || status === 'processing'))
        ? 2_000
        : false,
  });
