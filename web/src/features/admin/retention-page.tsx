import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Retention, RetentionCounts, RetentionRules } from '../../../../shared/api/retention.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { textFields } from '../../lib/form.ts';
import { formatDate, formatNumber } from '../../lib/format.ts';
import { refusalOf } from '../../lib/problem.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';
import { useSave } from '../settings/use-save.ts';

const path = '/api/admin/retention';

function rulesIn(form: HTMLFormElement): RetentionRules {
  const { conversations = '', files = '', archived } = textFields(form);
  const days = (text: string): number | null => (text.trim() === '' ? null : Number(text));
  return { conversations: { days: days(conversations), archived: archived === 'on' }, files: { days: days(files) } };
}

const keepsAll = ({ conversations, files }: RetentionRules): boolean =>
  conversations.days === null && files.days === null;

/** How long things are kept. What a rule would delete is shown before it holds. */
export function RetentionPage() {
  const strings = useStrings();
  const words = strings.governance.retention;
  const language = useLanguage();
  const { client, queries, toasts } = useServices();
  /** What the rules in the form would delete; null as long as nobody asked, or when they were changed after that. */
  const [counts, setCounts] = useState<RetentionCounts | null>(null);
  /** Whether the rules in the form keep everything: then there is nothing to show first. */
  const [harmless, setHarmless] = useState(false);
  const stored = useQuery({
    queryKey: ['admin', path],
    staleTime: 0,
    gcTime: 0,
    queryFn: ({ signal }) => client.get<Retention>(path, signal),
  });
  const { busy, refusal, submit } = useSave(async (form) => {
    const rules = rulesIn(form);
    if (counts === null && !keepsAll(rules)) {
      setCounts(await client.post<RetentionCounts>(`${path}/preview`, rules));
      return;
    }
    await client.open('PUT', path, { body: rules });
    setCounts(null);
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['admin', path] }),
      queries.invalidateQueries({ queryKey: ['retention'] }),
    ]);
    toasts.show({ text: strings.settings.saved });
  });
  if (stored.isError) return <ProblemNotice refusal={refusalOf(stored.error)} />;
  if (!stored.data) return <Skeleton lines={['w-1/2', 'w-2/3', 'w-1/2']} />;
  const { conversations, files, last_run: last } = stored.data;
  const number = (value: number): string => formatNumber(value, language);
  return (
    <form
      className="space-y-4"
      onChange={(event) => {
        setCounts(null);
        setHarmless(keepsAll(rulesIn(event.currentTarget)));
      }}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit(event.currentTarget);
      }}
    >
      {refusal && <ProblemNotice refusal={refusal} />}
      <div className="space-y-5 rounded-lg border border-line bg-sheet p-5">
        <p className="max-w-prose text-muted">{words.text}</p>
        <div className="max-w-sm space-y-2">
          <Field
            label={words.conversations}
            hint={words.conversationsHint}
            name="conversations"
            type="number"
            min={1}
            max={36_500}
            placeholder={words.ever}
            defaultValue={conversations.days ?? ''}
          />
          <label className="flex min-h-9 cursor-pointer items-center gap-2.5">
            <input
              type="checkbox"
              name="archived"
              defaultChecked={conversations.archived}
              className="size-4 accent-accent"
            />
            {words.archived}
          </label>
        </div>
        <div className="max-w-sm">
          <Field
            label={words.files}
            hint={words.filesHint}
            name="files"
            type="number"
            min={1}
            max={36_500}
            placeholder={words.ever}
            defaultValue={files.days ?? ''}
          />
        </div>
        {last && (
          <p className="text-sm text-muted">
            {words.lastRun(formatDate(last.at, language), number(last.conversations), number(last.files))}
          </p>
        )}
      </div>
      <p role="status" className="empty:hidden">
        {counts &&
          (counts.conversations + counts.files === 0
            ? words.nothing
            : words.preview(number(counts.conversations), number(counts.files)))}
      </p>
      <Button type="submit" tone={counts && counts.conversations + counts.files > 0 ? 'danger' : 'primary'} busy={busy}>
        {counts ? words.apply : harmless ? strings.app.save : words.check}
      </Button>
    </form>
  );
}
