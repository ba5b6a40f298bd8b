import { queryOptions, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { publicConfig } from '../../../../shared/api/system.ts';
import { useServices } from '../../app/services.ts';
import type { Client } from '../../lib/client.ts';

/** What anyone may know of this instance. Most of it changes with a restart alone. */
const instanceQuery = (client: Client) =>
  queryOptions({
    queryKey: ['instance'],
    staleTime: 300_000,
    queryFn: () => client.get<z.infer<typeof publicConfig>>('/api/config'),
  });

/** What this instance can do; undefined until it is known. */
export function useFeatures(): z.infer<typeof publicConfig>['features'] | undefined {
  const { client } = useServices();
  return useQuery(instanceQuery(client)).data?.features;
}

/** Whether people sign in here; not so where one person uses it alone (WEBUI_AUTH=false). So until it is known. */
export function usePeopleSignIn(): boolean {
  const { client } = useServices();
  return useQuery(instanceQuery(client)).data?.auth ?? true;
}
