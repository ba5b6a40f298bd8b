import { useState } from 'react';
import type { Preferences } from '../../../../shared/api/profile.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { refusalOf, type Refusal } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { Select } from '../admin/select.tsx';
import { modelName } from '../chat/models/names.ts';
import { preferModel, useModels } from '../chat/models/use-models.ts';
import { Section } from './section.tsx';
import { usePreferences } from './use-preferences.ts';

/** What new chats begin with. Saved as soon as it is chosen. */
export function ChatPreferences() {
  const strings = useStrings();
  const words = strings.preferences;
  const { toasts } = useServices();
  const { models } = useModels();
  const { query, change } = usePreferences();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const stored = query.data?.default_model;
  const value = typeof stored === 'string' ? stored : '';
  const gone = value !== '' && !models.some(({ id }) => id === value);
  const save = async (changes: Preferences): Promise<boolean> => {
    setRefusal(null);
    try {
      await change(changes);
      toasts.show({ text: strings.settings.saved });
      return true;
    } catch (error) {
      setRefusal(refusalOf(error));
      return false;
    }
  };
  const choose = async (id: string): Promise<void> => {
    // What this browser chose before would hide it.
    if (await save({ default_model: id === '' ? null : id })) preferModel(null);
  };
  return (
    <Section title={words.title} text={words.text}>
      {query.isPending && <Skeleton lines={['w-1/4', 'h-10! w-full']} />}
      {query.isError && (
        <ProblemNotice refusal={refusalOf(query.error)} title={words.failed}>
          <Button onClick={() => void query.refetch()}>{strings.app.retry}</Button>
        </ProblemNotice>
      )}
      {refusal && <ProblemNotice refusal={refusal} />}
      {query.isSuccess && (
        <>
          <Select
            label={words.model}
            value={value}
            onChange={(event) => void choose(event.target.value)}
            options={[
              ['', words.automatic],
              ...(gone ? [[value, words.gone(modelName(value))] as const] : []),
              ...models.map(({ id, name, provider }) => [id, `${name} · ${provider}`] as const),
            ]}
          />
          <label className="mt-4 flex cursor-pointer items-start gap-2.5">
            <input
              type="checkbox"
              checked={query.data.auto_follow_ups === true}
              onChange={({ target }) => void save({ auto_follow_ups: target.checked || null })}
              className="mt-1 size-4 shrink-0 accent-accent"
            />
            <span>
              {strings.context.autoFollowUps}
              <span className="block text-sm text-muted">{strings.context.autoFollowUpsText}</span>
            </span>
          </label>
        </>
      )}
    </Section>
  );
}
