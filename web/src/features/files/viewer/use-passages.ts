import { queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { z } from 'zod';
import type { filePassages, StoredFile } from '../../../../../shared/api/files.ts';
import type { Passage as CitedPassage } from '../../../../../shared/api/passages.ts';
import { useServices } from '../../../app/services.ts';
import type { Client } from '../../../lib/client.ts';

const passagesQuery = (client: Client, fileId: string, which: string) =>
  queryOptions({
    queryKey: ['passages', fileId, which],
    staleTime: Infinity,
    queryFn: ({ signal }) => client.get<z.infer<typeof filePassages>>(`/api/files/${fileId}/passages?${which}`, signal),
  });

/** What was read from one page of a file; nothing is asked without both. */
export function usePassages(fileId: string | undefined, page: number | undefined) {
  const { client } = useServices();
  const enabled = fileId !== undefined && page !== undefined;
  return useQuery({ ...passagesQuery(client, fileId ?? '', `page=${page}`), enabled });
}

/** Of passages: a megabyte or two, which is read and drawn between two frames. */
const PART = 2_000;

/**
 * The passages that stand at most `beside` before and after a cited one; of one whose place was not kept, its page, or how the file begins.
 * Nothing is asked for what comes from no file.
 */
export function usePassagesAround({ source, page, ordinal }: CitedPassage, beside: number) {
  const { client } = useServices();
  const enabled = source.kind === 'file';
  return useQuery({ ...passagesQuery(client, source.id, around(page, ordinal, beside)), enabled });
}

function around(page: number | undefined, ordinal: number | undefined, beside: number): string {
  if (ordinal === undefined) return page === undefined ? `limit=${PART}` : `page=${page}`;
  const first = Math.max(0, ordinal - beside);
  return `limit=${ordinal + beside + 1 - first}${first > 0 ? `&after=${first - 1}` : ''}`;
}

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
