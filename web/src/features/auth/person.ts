import type { QueryClient } from '@tanstack/react-query';
import type { Client } from '../../lib/client.ts';
import { knownPerson } from '../../lib/known-person.ts';
import { createStore } from '../../lib/store.ts';

export const sessionKey = ['session'] as const;

/** Whether who sits here was taken from what this browser knew, because the server could not be asked. */
export const taken = createStore(false);

/** Keeps whose desk it is for when there is no connection, and asks the server as soon as it can be reached. */
export function followPerson(client: Client, queries: QueryClient): void {
  queries.getQueryCache().subscribe(({ type, query }) => {
    if (type === 'updated' && query.queryKey[0] === sessionKey[0] && query.state.data !== undefined)
      knownPerson.keep(query.state.data);
  });
  client.reachable.subscribe(() => {
    if (client.reachable.get() && taken.get()) void queries.invalidateQueries({ queryKey: sessionKey });
  });
}
