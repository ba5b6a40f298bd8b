import { notifyManager, QueryClient } from '@tanstack/react-query';
import { ApiError } from './problem.ts';

export type Page<T> = { items: T[]; next_cursor: string | null };

/** Refusals are final; only a server that could not be reached, or that is restarting, is asked again. */
function worthAnotherTry(count: number, error: Error): boolean {
  if (!(error instanceof ApiError)) return false;
  const { status } = error.refusal;
  return count < 2 && (status === 0 || status === 502 || status === 503);
}

export function createQueryClient(): QueryClient {
  // By default watchers hear of a change a task later; then what an answer's end writes here and what it takes off the
  // live runs would be drawn one after the other, with an empty answer in between.
  notifyManager.setScheduler(queueMicrotask);
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 20_000, gcTime: 10 * 60_000, retry: worthAnotherTry, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  });
}
