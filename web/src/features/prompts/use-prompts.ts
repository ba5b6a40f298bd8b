import { useInfiniteQuery, type InfiniteData } from '@tanstack/react-query';
import type { Prompt } from '../../../../shared/api/prompts.ts';
import { useServices } from '../../app/services.ts';
import type { Page } from '../../lib/query.ts';
import { currentStrings } from '../../lib/strings/index.ts';
import { undoable } from '../../lib/undoable.ts';

const key = ['prompts'] as const;

/** One's prompts and those of everyone here, the newest first; `q` searches titles and commands. */
export function usePrompts(q: string) {
  const { client } = useServices();
  const list = useInfiniteQuery({
    queryKey: [...key, q],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: '50', ...(q && { q }), ...(pageParam && { cursor: pageParam }) });
      return client.get<Page<Prompt>>(`/api/prompts?${query}`, signal);
    },
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
  });
  return { list, items: (list.data?.pages ?? []).flatMap(({ items }) => items) };
}

/** Takes a prompt off the lists; it is deleted when the time for Undo has passed. */
export function useRemovePrompt() {
  const { client, queries, toasts } = useServices();
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: key });
  return ({ id, title }: Prompt): void => {
    queries.setQueriesData<InfiniteData<Page<Prompt>>>(
      { queryKey: key },
      (data) =>
        data && {
          ...data,
          pages: data.pages.map((page) => ({ ...page, items: page.items.filter((one) => one.id !== id) })),
        },
    );
    undoable(toasts, {
      text: currentStrings().prompts.deleted(title),
      undo: () => void again(),
      commit: (keepalive) => client.delete(`/api/prompts/${id}`, { keepalive }),
      failed: again,
    });
  };
}
