import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Memory as Fact, MemorySettings } from '../../../../shared/api/memories.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { textFields } from '../../lib/form.ts';
import { refusalOf } from '../../lib/problem.ts';
import type { Page } from '../../lib/query.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { describeRefusal } from '../../lib/words.ts';
import { MemoryRow } from './memory-row.tsx';
import { Section } from './section.tsx';
import { useSave } from './use-save.ts';

const listKey = ['memories'];
const settingsKey = ['memory-settings'];

/** What is remembered of the person: switched, added to, changed and forgotten here. */
export function MemorySection() {
  const strings = useStrings();
  const words = strings.memory;
  const { client, queries, toasts } = useServices();
  const settings = useQuery({
    queryKey: settingsKey,
    queryFn: ({ signal }) => client.get<MemorySettings>('/api/memories/settings', signal),
  });
  const list = useInfiniteQuery({
    queryKey: listKey,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<Fact>>(`/api/memories?limit=50${pageParam ? `&cursor=${pageParam}` : ''}`, signal),
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
  const carefully = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      toasts.show({ text: describeRefusal(refusalOf(error), strings), tone: 'danger' });
    }
    await queries.invalidateQueries({ queryKey: listKey });
  };
  const choose = (change: Partial<MemorySettings>): Promise<void> =>
    carefully(async () =>
      queries.setQueryData(settingsKey, await client.patch<MemorySettings>('/api/memories/settings', change)),
    );
  const { busy, refusal, submit } = useSave(async (form) => {
    const { content = '' } = textFields(form);
    await client.post<Fact>('/api/memories', { content: content.trim() });
    form.reset();
    await queries.invalidateQueries({ queryKey: listKey });
  });
  const facts = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const failure = list.error ?? settings.error;

  return (
    <Section title={words.title} text={words.text}>
      <div className="space-y-4">
        {failure && <ProblemNotice refusal={refusalOf(failure)} title={words.failed} />}
        {settings.data && (
          <div className="space-y-2">
            <Switch
              label={words.use}
              checked={settings.data.enabled}
              onChange={(enabled) => void choose({ enabled })}
            />
            <Switch
              label={words.learns}
              text={words.learnsText}
              checked={settings.data.learns}
              disabled={!settings.data.enabled}
              onChange={(learns) => void choose({ learns })}
            />
          </div>
        )}
        {list.isPending && <Skeleton lines={['w-2/3', 'w-1/2']} />}
        {list.isSuccess && facts.length === 0 && <p className="text-muted">{words.empty}</p>}
        {facts.length > 0 && (
          <ul className="divide-y divide-line">
            {facts.map((fact) => (
              <MemoryRow
                key={fact.id}
                fact={fact}
                onChange={(change) => carefully(() => client.patch(`/api/memories/${fact.id}`, change))}
                onRemove={() =>
                  carefully(async () => {
                    await client.delete(`/api/memories/${fact.id}`);
                    toasts.show({ text: words.removed });
                  })
                }
              />
            ))}
          </ul>
        )}
        {list.hasNextPage && (
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {words.more}
          </Button>
        )}
        <form
          className="space-y-3"
          onSubmit={(event) => {
            event.preventDefault();
            void submit(event.currentTarget);
          }}
        >
          {refusal && <ProblemNotice refusal={refusal} />}
          <Field
            label={words.add}
            hint={words.addHint}
            name="content"
            required
            minLength={3}
            maxLength={500}
            autoComplete="off"
          />
          <Button type="submit" busy={busy}>
            {words.save}
          </Button>
        </form>
      </div>
    </Section>
  );
}

type SwitchProps = { label: string; text?: string; checked: boolean; disabled?: boolean; onChange(on: boolean): void };

function Switch({ label, text, checked, disabled, onChange }: SwitchProps) {
  return (
    <label className="flex items-start gap-2.5">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-1 size-4 shrink-0 accent-accent"
      />
      <span>
        {label}
        {text && <span className="block text-sm text-muted">{text}</span>}
      </span>
    </label>
  );
}
