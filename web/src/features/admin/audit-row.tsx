import type { AuditEntry } from '../../../../shared/api/audit.ts';
import { formatDate } from '../../lib/format.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';

const detailOf = (detail: AuditEntry['detail']): string =>
  Object.entries(detail)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');

/** Who did what, to whom, from where. */
export function AuditRow({ entry }: { entry: AuditEntry }) {
  const words = useStrings().admin;
  const language = useLanguage();
  const { action, actor, target, detail, at, ip, user_agent: agent } = entry;
  const aim = target && (target.id === actor?.id ? null : (target.name ?? target.id));
  return (
    <li className="px-4 py-2.5">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-mono text-sm text-accent">{action}</span>
        <span className="min-w-0 break-all">{actor ? (actor.name ?? actor.id) : words.nobody}</span>
        {aim && <span className="min-w-0 break-all text-muted">→ {aim}</span>}
      </p>
      <p className="text-sm break-words text-muted" title={agent ?? undefined}>
        <time dateTime={at}>{formatDate(at, language)}</time>
        {[ip, detailOf(detail)].filter(Boolean).map((text) => ` · ${text}`)}
      </p>
    </li>
  );
}
