import { queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { z } from 'zod';
import type { filePassages, StoredFile } from '../../../../../shared/api/files.ts';
import { useServices } from '../../../app/services.ts';
import type { Client } from '../../../lib/client.ts';

const passagesQuery = (client: Client, fileId: string, page: number | undefined) =>
  queryOptions({
    queryKey: ['passages', fileId, page ?? null],
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      client.get<z.infer<typeof filePassages>>(
        `/api/files/${fileId}/passages${page === undefined ? '' : `?page=${page}`}`,
        signal,
      ),
  });

/** What was read from a file, or from one page of it; nothing is asked without a file. */
export function usePassages(fileId: string | undefined, page: number | undefined) {
  const { client } = useServices();
  return useQuery({ ...passagesQuery(client, fileId ?? '', page), enabled: fileId !== undefined });
}

/** Of passages: a megabyte or two, which is read and drawn between two frames. */
const PART = 2_000;

type Passage = z.infer<typeof filePassages>['items'][number];

/** All that was read from a file, as far as it has come: a part after the other, by itself. */
export function useWholeText(fileId: string) {
  const { client } = useServices();
  const query = useInfiniteQuery({
    queryKey: ['passages', fileId, 'whole'],
    staleTime: Infinity,
    initialPageParam: null as number | null,
    queryFn: ({ pageParam, signal }) =>
      client.get<z.infer<typeof filePassages>>(
        `/api/files/${fileId}/passages?limit=${PART}${pageParam === null ? '' : `&after=${pageParam}`}`,
        signal,
      ),
    getNextPageParam: ({ items }) => (items.length < PART ? null : items.at(-1)?.ordinal),
  });
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  const items = useMemo((): readonly Passage[] => data?.pages.flatMap((part) => part.items) ?? [], [data]);
  return { ...query, items };
}

/** One file, also somebody else's that may be read; nothing is asked without one. */
export function useFile(fileId: string | undefined) {
  const { client } = useServices();
  return useQuery({
    queryKey: ['file', fileId ?? ''],
    enabled: fileId !== undefined,
    queryFn: ({ signal }) => client.get<StoredFile>(`/api/files/${fileId}`, signal),
  });
}
