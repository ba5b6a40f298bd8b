import { useQuery } from '@tanstack/react-query';
import type { Preferences } from '../../../../shared/api/profile.ts';
import { useServices } from '../../app/services.ts';

const path = '/api/users/me/settings';
const queryKey = ['preferences'] as const;

/** What the pages keep for this person on the server, and a way to change a part of it. */
export function usePreferences() {
  const { client, queries } = useServices();
  const query = useQuery({ queryKey, queryFn: ({ signal }) => client.get<Preferences>(path, signal) });
  return {
    query,
    /** The server takes the whole: what other pages keep there is read first. A null takes an entry away. */
    async change(changes: Preferences): Promise<void> {
      const now = await client.get<Preferences>(path);
      const next = Object.fromEntries(Object.entries({ ...now, ...changes }).filter(([, value]) => value !== null));
      queries.setQueryData(queryKey, await client.put<Preferences>(path, next));
    },
  };
}
