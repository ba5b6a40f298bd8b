import { useQuery } from '@tanstack/react-query';
import type { UsageGroup, UsageReport } from '../../../../shared/api/usage.ts';
import { useServices } from '../../app/services.ts';

/** The day (UTC) `back` days before today. */
const dayBefore = (back: number): string => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);

/** What was used in the last days, today among them. */
export function useUsage(path: '/api/usage' | '/api/admin/usage', group: UsageGroup, days: number) {
  const { client } = useServices();
  const query = new URLSearchParams({ group_by: group, from: dayBefore(days - 1), to: dayBefore(0) }).toString();
  return useQuery({
    queryKey: ['usage', path, query],
    staleTime: 0,
    queryFn: ({ signal }) => client.get<UsageReport>(`${path}?${query}`, signal),
  });
}
