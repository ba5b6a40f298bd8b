import { queryOptions } from '@tanstack/react-query';
import type { QueuedMessage } from '../../../../shared/api/chat.ts';
import type { Client } from '../../lib/client.ts';
import { keys } from './cache.ts';

/** What waits to be sent in a conversation. The server tells what changes; while it cannot (`live`), it is asked as long as something waits. */
export const queueQuery = (client: Client, id: string, live: boolean) =>
  queryOptions({
    queryKey: keys.queue(id),
    queryFn: ({ signal }) => client.get<{ items: QueuedMessage[] }>(`/api/conversations/${id}/queue`, signal),
    select: ({ items }) => items,
    refetchInterval: ({ state }) => (!live && state.data?.items.length ? 3_000 : false),
  });
