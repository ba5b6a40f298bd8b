import { useState, type ReactNode } from 'react';
import type { SettingsPatch, SettingValues } from '../../../../../shared/api/settings.ts';
import { Button } from '../../../components/ui/button.tsx';
import { ProblemNotice } from '../../../components/ui/notice.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { changedSince } from '../../../lib/form.ts';
import { fieldMessages, refusalOf } from '../../../lib/problem.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { Section } from '../../settings/section.tsx';
import { useSave } from '../../settings/use-save.ts';
import { useSettings } from '../sign-in-settings/use-settings.ts';

type Values = SettingValues<'finding'>;
export type Desk = {
  /** As it would be saved. */
  values: Values;
  saved: Values;
  /** Something is not saved. */
  changed: boolean;
  /** The variable that decides, where one does. */
  lockedBy(key: keyof Values): string | undefined;
  errors: Record<string, string>;
  change(changes: SettingsPatch<'finding'>): void;
};

type Props = {
  title: string;
  text: string;
  children(desk: Desk): ReactNode;
};

/** Settings of how passages are found, saved together. */
export function FindingCard({ title, text, children }: Props) {
  const strings = useStrings();
  const { query, patch } = useSettings('finding');
  const [draft, setDraft] = useState<Partial<Values>>({});
  const { busy, refusal, submit } = useSave(async () => {
    await patch(draft);
    setDraft((now) => changedSince(draft, now));
  });
  const failed = query.isError ? refusalOf(query.error) : null;
  const settings = query.data?.settings;
  const saved =
    settings && (Object.fromEntries(Object.entries(settings).map(([key, { value }]) => [key, value])) as Values);
  const changed = Object.keys(draft).length > 0;
  return (
    <Section title={title} text={text}>
      {failed && (
        <ProblemNotice refusal={failed}>
          <Button onClick={() => void query.refetch()}>{strings.app.retry}</Button>
        </ProblemNotice>
      )}
      {query.isPending && <Skeleton lines={['h-10! w-full', 'h-10! w-full']} />}
      {settings && saved && (
        <form
          className="space-y-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (changed) void submit(event.currentTarget);
          }}
        >
          {children({
            values: { ...saved, ...draft },
            saved,
            changed,
            lockedBy: (key) => (settings[key].editable ? undefined : settings[key].env),
            errors: fieldMessages(refusal),
            change: (changes) => setDraft((now) => ({ ...now, ...(changes as Partial<Values>) })),
          })}
          {refusal && <ProblemNotice refusal={refusal} />}
          <Button type="submit" tone="primary" busy={busy} disabled={!changed}>
            {strings.app.save}
          </Button>
        </form>
      )}
    </Section>
  );
}
