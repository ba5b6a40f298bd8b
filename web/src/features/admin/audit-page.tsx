import { Download, ShieldCheck } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import type { AuditEntry, AuditVerification } from '../../../../shared/api/audit.ts';
import { auditActions } from '../../../../shared/audit-actions.ts';
import { useServices } from '../../app/services.ts';
import { Button, buttonClass } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { AuditRow } from './audit-row.tsx';
import { ListFrame } from './list-frame.tsx';
import { Select } from './select.tsx';
import { useAct } from './use-act.ts';
import { queryOf, useList } from './use-list.ts';

/** A day of the reader's zone as a time; empty for none. The end of `to` counts with it. */
const timeOf = (day: string, plus: number): string => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return day === '' ? '' : new Date(year, month - 1, date + plus).toISOString();
};

export function AuditPage() {
  const words = useStrings().admin;
  const { client } = useServices();
  const act = useAct();
  const [fields, setFields] = useState({ q: '', action: '', from: '', to: '' });
  const set = (name: keyof typeof fields) => (event: { target: { value: string } }) =>
    setFields({ ...fields, [name]: event.target.value });
  const { q, action, from, to } = useDeferredValue(fields);
  const filters = { q, action, from: timeOf(from, 0), to: timeOf(to, 1) };
  const { list, items } = useList<AuditEntry>('/api/admin/audit', filters);
  const [verified, setVerified] = useState<AuditVerification | null>(null);
  const verify = (): void =>
    void act(async () => setVerified(await client.get<AuditVerification>('/api/admin/audit/verify')), words.verified);
  return (
    <>
      <p className="mb-4 text-muted">{words.auditText}</p>
      <div className="mb-4 grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <Field type="search" label={words.searchAudit} value={fields.q} onChange={set('q')} />
        <Select
          label={words.action}
          options={[['', words.all], ...auditActions.map((action) => [action, action] as const)]}
          value={fields.action}
          onChange={set('action')}
        />
        <Field type="date" label={words.from} value={fields.from} onChange={set('from')} />
        <Field type="date" label={words.to} value={fields.to} onChange={set('to')} />
      </div>
      <div className="mb-4 flex flex-wrap items-center gap-2">
        {(['csv', 'jsonl'] as const).map((format) => (
          <a
            key={format}
            className={buttonClass()}
            download
            href={`/api/admin/audit/export?${queryOf({ ...filters, format })}`}
          >
            <Download size={16} aria-hidden />
            {words.export(format.toUpperCase())}
          </a>
        ))}
        <Button onClick={verify}>
          <ShieldCheck size={16} aria-hidden />
          {words.verify}
        </Button>
        {verified && (
          <p role="status" className={verified.ok ? 'text-good' : 'font-semibold text-danger'}>
            {verified.ok ? words.auditWhole(verified.entries) : words.auditBroken(verified.broken_at ?? 0)}
          </p>
        )}
      </div>
      <ListFrame list={list} count={items.length} empty={words.noAudit} label={words.audit}>
        {items.map((entry) => (
          <AuditRow key={entry.id} entry={entry} />
        ))}
      </ListFrame>
    </>
  );
}
