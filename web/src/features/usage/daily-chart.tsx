import type { UsageReport } from '../../../../shared/api/usage.ts';
import { cx } from '../../components/ui/cx.ts';
import { formatCost, formatNumber, localeOf } from '../../lib/format.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';
import { UsageTable } from './usage-table.tsx';

const DAY_MS = 86_400_000;

/** Every day of the report, also those on which nothing was used. */
function everyDay({ from, to, items }: UsageReport): { day: string; tokens: number }[] {
  const used = new Map(items.map(({ day, total_tokens }) => [day, total_tokens]));
  const count = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
  return Array.from({ length: count }, (_, at) => {
    const day = new Date(Date.parse(from) + at * DAY_MS).toISOString().slice(0, 10);
    return { day, tokens: used.get(day) ?? 0 };
  });
}

/** Days are the server's, in UTC: not to be moved into the reader's zone. */
const dayIn = (language: string, day = ''): string =>
  new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(day));

/** Bars for the eye, one sentence for who does not see them, and the figures behind. */
export function DailyChart({ report }: { report: UsageReport }) {
  const words = useStrings().governance;
  const language = useLanguage();
  const days = everyDay(report);
  const most = days.reduce((best, each) => (each.tokens > best.tokens ? each : best), { day: report.from, tokens: 0 });
  if (report.items.length === 0) return <p className="py-6 text-center text-muted">{words.usageNone}</p>;
  const summary = words.chartText(
    formatNumber(report.totals.total_tokens, language),
    formatNumber(most.tokens, language),
    dayIn(language, most.day),
  );
  return (
    <figure>
      <figcaption className="font-semibold">{words.tokensByDay}</figcaption>
      <p className="text-sm text-muted">
        {summary}
        {report.totals.cost > 0 && ` ${words.chartCost(formatCost(report.totals.cost, language))}`}
      </p>
      <div aria-hidden className="mt-3 flex h-32 items-end gap-px border-b border-line-strong sm:gap-0.5">
        {days.map(({ day, tokens }) => (
          <div
            key={day}
            title={`${dayIn(language, day)}: ${formatNumber(tokens, language)}`}
            className={cx('flex-1 rounded-t-sm bg-accent', tokens > 0 && 'min-h-0.5')}
            style={{ height: `${(100 * tokens) / Math.max(most.tokens, 1)}%` }}
          />
        ))}
      </div>
      <p aria-hidden className="mt-1 flex justify-between text-sm text-muted">
        <span>{dayIn(language, report.from)}</span>
        <span>{dayIn(language, report.to)}</span>
      </p>
      <details className="mt-3">
        <summary className="cursor-pointer text-sm text-accent underline underline-offset-4">{words.asTable}</summary>
        <div className="mt-2">
          <UsageTable
            caption={words.tokensByDay}
            head={words.day}
            items={report.items.toReversed()}
            nameOf={({ day }) => dayIn(language, day)}
          />
        </div>
      </details>
    </figure>
  );
}
