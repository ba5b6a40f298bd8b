import { queryOptions, useQuery } from '@tanstack/react-query';
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

/** One file, also somebody else's that may be read; nothing is asked without one. */
export function useFile(fileId: string | undefined) {
  const { client } = useServices();
  return useQuery({
    queryKey: ['file', fileId ?? ''],
    enabled: fileId !== undefined,
    queryFn: ({ signal }) => client.get<StoredFile>(`/api/files/${fileId}`, signal),
  });
}
