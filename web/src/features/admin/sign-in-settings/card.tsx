import { useState, type ReactNode } from 'react';
import type { SettingsAnswer, SettingsPatch } from '../../../../../shared/api/settings.ts';
import { Button } from '../../../components/ui/button.tsx';
import { ProblemNotice } from '../../../components/ui/notice.tsx';
import { changedSince } from '../../../lib/form.ts';
import { fieldMessages } from '../../../lib/problem.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { Section } from '../../settings/section.tsx';
import { useSave } from '../../settings/use-save.ts';
import { useAct } from '../use-act.ts';
import type { Desk, Draft } from './rows.tsx';

type Props = {
  title: string;
  text?: string;
  settings: SettingsAnswer<'auth'>['settings'];
  patch(changes: SettingsPatch<'auth'>): Promise<void>;
  /** A word to think of before what was changed is saved. */
  caution?(draft: Draft): string | undefined;
  children(desk: Desk): ReactNode;
};

/** Settings that are saved together. */
export function SettingsCard({ title, text, settings, patch, caution, children }: Props) {
  const strings = useStrings();
  const [draft, setDraft] = useState<Draft>({});
  const act = useAct();
  const { busy, refusal, submit } = useSave(async () => {
    await patch(draft);
    setDraft((now) => changedSince(draft, now));
  });
  const desk: Desk = {
    settings,
    draft,
    errors: fieldMessages(refusal),
    change: (changes) => setDraft((now) => ({ ...now, ...changes })),
    reset: (key) => {
      setDraft((now) => {
        const { [key]: _, ...rest } = now;
        return rest;
      });
      void act(() => patch({ [key]: null }), strings.settings.saved);
    },
  };
  const warning = caution?.(draft);
  const changed = Object.keys(draft).length > 0;
  return (
    <Section title={title} {...(text !== undefined && { text })}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (changed) void submit(event.currentTarget);
        }}
      >
        <div className="divide-y divide-line">{children(desk)}</div>
        <div className="mt-4 space-y-3">
          {refusal && <ProblemNotice refusal={refusal} />}
          {warning && <p className="rounded-md bg-accent-soft px-3.5 py-2.5">{warning}</p>}
          <Button type="submit" tone="primary" busy={busy} disabled={!changed}>
            {strings.app.save}
          </Button>
        </div>
      </form>
    </Section>
  );
}
