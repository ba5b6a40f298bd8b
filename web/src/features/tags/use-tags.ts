import { useQuery } from '@tanstack/react-query';
import { useServices } from '../../app/services.ts';
import { keys } from '../chat/cache.ts';

export type TagCount = { tag: string; count: number };
const none: TagCount[] = [];

/** One's tags and how many conversations have each. */
export function useTags(): TagCount[] {
  const { client } = useServices();
  const query = useQuery({
    queryKey: keys.tags,
    queryFn: ({ signal }) => client.get<{ items: TagCount[] }>('/api/conversations/tags', signal),
    staleTime: 60_000,
  });
  return query.data?.items ?? none;
}
