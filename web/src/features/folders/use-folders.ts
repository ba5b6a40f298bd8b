import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Folder } from '../../../../shared/api/folders.ts';
import { useServices } from '../../app/services.ts';
import { refusalOf } from '../../lib/problem.ts';
import { currentStrings } from '../../lib/strings/index.ts';
import { describeRefusal } from '../../lib/words.ts';
import { keys } from '../chat/cache.ts';
import { linesOf } from './tree.ts';

/** One's folders, and what can be done with them. What the server refuses is told in a toast. */
export function useFolders() {
  const { client, toasts } = useServices();
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ['folders'],
    queryFn: ({ signal }) => client.get<{ items: Folder[] }>('/api/folders', signal),
  });
  const lines = useMemo(() => linesOf(query.data?.items ?? []), [query.data]);

  async function act<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      toasts.show({ text: describeRefusal(refusalOf(error), currentStrings()), tone: 'danger' });
      return undefined;
    } finally {
      await queries.invalidateQueries({ queryKey: ['folders'] });
    }
  }
  return {
    query,
    lines,
    create: (name: string) => act(() => client.post<Folder>('/api/folders', { name })),
    rename: (id: string, name: string) => act(() => client.patch<Folder>(`/api/folders/${id}`, { name })),
    remove: async (id: string): Promise<void> => {
      await act(() => client.delete(`/api/folders/${id}`));
      await queries.invalidateQueries({ queryKey: keys.lists });
    },
  };
}
