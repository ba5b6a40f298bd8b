import { useInfiniteQuery } from '@tanstack/react-query';
import { useServices } from '../../app/services.ts';
import type { Page } from '../../lib/query.ts';

type Filters = Record<string, string>;

/** The filters that say something, as a query string. */
export const queryOf = (filters: Filters): string =>
  new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== '')).toString();

/** A list of the admin's, page after page. */
export function useList<T>(path: `/api/admin/${string}`, filters: Filters = {}) {
  const { client } = useServices();
  const list = useInfiniteQuery({
    queryKey: ['admin', path, filters],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<T>>(`${path}?${queryOf({ ...filters, limit: '50', cursor: pageParam })}`, signal),
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
  });
  return { list, items: (list.data?.pages ?? []).flatMap(({ items }) => items) };
}
