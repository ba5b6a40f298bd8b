import { infiniteQueryOptions } from '@tanstack/react-query';
import type { StoredFile } from '../../../../shared/api/files.ts';
import type { Client } from '../../lib/client.ts';
import type { Page } from '../../lib/query.ts';

/** Newest first. Asked again every second while one of them is being read. */
export const filesQuery = (client: Client) =>
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
      state.data?.pages.some(({ items }) => items.some(({ status }) => status === 'queued' || status === 'processing'))
        ? 1_000
        : false,
  });
