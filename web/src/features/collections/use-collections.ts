import { queryOptions, useQuery } from '@tanstack/react-query';
import type { Collection, CollectionSource } from '../../../../shared/api/collections.ts';
import { useServices } from '../../app/services.ts';
import type { Client } from '../../lib/client.ts';
import { refusalOf } from '../../lib/problem.ts';
import { currentStrings } from '../../lib/strings/index.ts';
import { describeRefusal } from '../../lib/words.ts';

const key = ['collections'];
/** While something is being read, it is asked how far that is. */
const pollMs = 2_000;

export const collectionsQuery = (client: Client) =>
  queryOptions({
    queryKey: [...key, 'list'],
    queryFn: ({ signal }) => client.get<{ items: Collection[] }>('/api/collections', signal),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ sources: { total, ready, failed } }) => ready + failed < total) ? pollMs : false,
  });

export const useCollections = () => useQuery(collectionsQuery(useServices().client));

export const useCollection = (id: string) => {
  const { client } = useServices();
  return useQuery({
    queryKey: [...key, id],
    queryFn: ({ signal }) => client.get<Collection>(`/api/collections/${id}`, signal),
  });
};

export const useSources = (id: string) => {
  const { client } = useServices();
  return useQuery({
    queryKey: [...key, id, 'sources'],
    queryFn: ({ signal }) => client.get<{ items: CollectionSource[] }>(`/api/collections/${id}/sources`, signal),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ status }) => status === 'queued' || status === 'processing') ? pollMs : false,
  });
};

/** Does something to collections: true when it is done; what the server refuses is told in a toast. */
export function useAct() {
  const { queries, toasts } = useServices();
  return async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      toasts.show({ text: describeRefusal(refusalOf(error), currentStrings()), tone: 'danger' });
      return false;
    } finally {
      await queries.invalidateQueries({ queryKey: key });
    }
  };
}
