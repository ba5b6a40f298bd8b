import { notifyManager, QueryClient, type InvalidateOptions, type InvalidateQueryFilters } from '@tanstack/react-query';
import { ApiError } from './problem.ts';

export type Page<T> = { items: T[]; next_cursor: string | null };

/** Refusals are final; only a server that could not be reached, or that is restarting, is asked again. */
function worthAnotherTry(count: number, error: Error): boolean {
  if (!(error instanceof ApiError)) return false;
  const { status } = error.refusal;
  return count < 2 && (status === 0 || status === 502 || status === 503);
}

/**
 * Asks once more for what was being asked for the first time when it changed: that answer may be of before the change, and the
 * library takes it for the newest.
 */
class Queries extends QueryClient {
  override async invalidateQueries(filters?: InvalidateQueryFilters, options?: InvalidateOptions): Promise<void> {
    const early = this.getQueryCache()
      .findAll(filters as InvalidateQueryFilters)
      .filter(({ state }) => state.data === undefined && state.fetchStatus === 'fetching');
    await super.invalidateQueries(filters, options);
    if (early.length > 0) await super.invalidateQueries({ predicate: (query) => early.includes(query) }, options);
  }
}

export function createQueryClient(): QueryClient {
  // By default watchers hear of a change a task later; then what an answer's end writes here and what it takes off the
  // live runs would be drawn one after the other, with an empty answer in between.
  notifyManager.setScheduler(queueMicrotask);
  return new Queries({
    defaultOptions: {
      queries: { staleTime: 20_000, gcTime: 10 * 60_000, retry: worthAnotherTry, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  });
}
