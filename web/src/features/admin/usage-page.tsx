import { useState, type ReactNode } from 'react';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { DailyChart } from '../usage/daily-chart.tsx';
import { UsageTable } from '../usage/usage-table.tsx';
import { useUsage } from '../usage/use-usage.ts';
import { Select } from './select.tsx';

const ranges = [7, 30, 90, 365] as const;

export function UsagePage() {
  const words = useStrings().governance;
  const [days, setDays] = useState(30);
  const byDay = useUsage('/api/admin/usage', 'day', days);
  const byUser = useUsage('/api/admin/usage', 'user', days);
  const byModel = useUsage('/api/admin/usage', 'model', days);
  const error = byDay.error ?? byUser.error ?? byModel.error;
  return (
    <>
      <div className="mb-5 flex flex-wrap items-end gap-3">
        <p className="min-w-52 flex-1 text-muted">{words.usageText}</p>
        <Select
          label={words.range}
          className="w-48"
          options={ranges.map((range) => [String(range), words.lastDays(range)] as const)}
          value={days}
          onChange={(event) => setDays(Number(event.target.value))}
        />
      </div>
      {error ? (
        <ProblemNotice refusal={refusalOf(error)} />
      ) : byDay.data && byUser.data && byModel.data ? (
        <div className="space-y-8">
          <DailyChart report={byDay.data} />
          {byDay.data.items.length > 0 && (
            <>
              <Part title={words.topPeople}>
                <UsageTable
                  caption={words.topPeople}
                  head={words.person}
                  items={byUser.data.items}
                  nameOf={({ user }) => (user ? `${user.name} · ${user.email}` : '')}
                />
              </Part>
              <Part title={words.topModels}>
                <UsageTable
                  caption={words.topModels}
                  head={words.model}
                  items={byModel.data.items}
                  nameOf={({ model = '' }) => model}
                />
              </Part>
            </>
          )}
        </div>
      ) : (
        <Skeleton lines={['w-1/2', 'h-32! w-full', 'h-10! w-full', 'h-10! w-full']} />
      )}
    </>
  );
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section>
    <h2 className="mb-2 text-lg">{title}</h2>
    {children}
  </section>
);
