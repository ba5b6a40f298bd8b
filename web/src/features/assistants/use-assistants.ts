import { useQuery, type QueryClient } from '@tanstack/react-query';
import type { Assistant } from '../../../../shared/api/assistants.ts';
import { useServices } from '../../app/services.ts';
import type { Page } from '../../lib/query.ts';
import { refusalOf } from '../../lib/problem.ts';
import { currentStrings } from '../../lib/strings/index.ts';
import { undoable } from '../../lib/undoable.ts';
import { describeRefusal } from '../../lib/words.ts';

const key = ['assistants'];
const none: Assistant[] = [];

/** One's assistants and those that are shared with one, the newest first. */
export function useAssistants(enabled = true) {
  const { client } = useServices();
  const list = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => client.get<Page<Assistant>>('/api/assistants?limit=200', signal),
    enabled,
    staleTime: 30_000,
  });
  return { list, items: list.data?.items ?? none };
}

/** The one with this id; undefined while it is not known, and where it is gone. */
export function useAssistant(id: string | null): Assistant | undefined {
  const { items } = useAssistants(id !== null);
  return items.find((one) => one.id === id);
}

export const refreshAssistants = (queries: QueryClient): Promise<void> => queries.invalidateQueries({ queryKey: key });

/** Takes one off the list; it is deleted when the time for Undo has passed. */
export function useRemoveAssistant() {
  const { client, queries, toasts } = useServices();
  return ({ id, name }: Assistant): void => {
    queries.setQueryData<Page<Assistant>>(
      key,
      (data) => data && { ...data, items: data.items.filter((one) => one.id !== id) },
    );
    undoable(toasts, {
      text: currentStrings().assistants.deleted(name),
      undo: () => void refreshAssistants(queries),
      commit: (keepalive) => client.delete(`/api/assistants/${id}`, { keepalive }),
      failed: () => refreshAssistants(queries),
    });
  };
}

/** Makes one's own of somebody else's; what is not there for oneself is left out. */
export function useCopyAssistant() {
  const { client, queries, toasts } = useServices();
  return async (assistant: Assistant): Promise<void> => {
    const { name, description, emoji, model, system, options, collection_ids, starters } = assistant;
    const body = { name, description, emoji, model, system, options, collection_ids, starters };
    try {
      await client.post('/api/assistants', { ...body, name: currentStrings().assistants.copyOf(name).slice(0, 100) });
      await refreshAssistants(queries);
    } catch (error) {
      toasts.show({ text: describeRefusal(refusalOf(error), currentStrings()), tone: 'danger' });
    }
  };
}
