import { useQuery } from '@tanstack/react-query';
import type { UserQuota } from '../../../../shared/api/quotas.ts';
import { useServices } from '../../app/services.ts';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { formatBytes, formatNumber } from '../../lib/format.ts';
import { refusalOf } from '../../lib/problem.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';
import { Section } from '../settings/section.tsx';
import { DailyChart } from './daily-chart.tsx';
import { useUsage } from './use-usage.ts';

/** What I have used, and what is left. */
export function OwnUsage() {
  const words = useStrings().governance;
  const { client } = useServices();
  const usage = useUsage('/api/usage', 'day', 30);
  const quota = useQuery({
    queryKey: ['quota'],
    staleTime: 0,
    queryFn: ({ signal }) => client.get<UserQuota>('/api/usage/quota', signal),
  });
  const error = usage.error ?? quota.error;
  return (
    <Section title={words.usage} text={words.usageOwn}>
      {error ? (
        <ProblemNotice refusal={refusalOf(error)} />
      ) : usage.data && quota.data ? (
        <div className="space-y-5">
          <Left quota={quota.data} />
          <DailyChart report={usage.data} />
        </div>
      ) : (
        <Skeleton lines={['w-1/2', 'h-32! w-full']} />
      )}
    </Section>
  );
}

function Left({ quota }: { quota: UserQuota }) {
  const words = useStrings().governance;
  const language = useLanguage();
  const inWords = (left: number | null, limit: number | null, format: (value: number, to: string) => string): string =>
    left === null || limit === null ? words.unlimited : words.leftOf(format(left, language), format(limit, language));
  const rows = [
    [words.messages, inWords(quota.left.messages, quota.messages_per_day, formatNumber)],
    [words.tokens, inWords(quota.left.tokens, quota.tokens_per_day, formatNumber)],
    [words.leftSpace, inWords(quota.left.storage_bytes, quota.storage_bytes, formatBytes)],
  ] as const;
  return (
    <div>
      <h3 className="font-semibold">{words.leftToday}</h3>
      <dl className="mt-1 grid gap-x-6 gap-y-2 sm:grid-cols-3">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt className="text-sm text-muted">{name}</dt>
            <dd className="tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
