import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Assistant } from '../../../../shared/api/assistants.ts';
import type { Tool } from '../../../../shared/api/tools.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { DialogActions } from '../../components/ui/dialog-actions.tsx';
import { Field, inputClass } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { fieldMessages } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useUser } from '../auth/session.ts';
import { useModels } from '../chat/models/use-models.ts';
import { useCollections } from '../collections/use-collections.ts';
import { useSave } from '../settings/use-save.ts';
import { bodyOf } from './form-body.ts';
import { FileTicks } from './file-ticks.tsx';
import { Labelled } from './labelled.tsx';
import { OptionFields } from './option-fields.tsx';
import { Ticks } from './ticks.tsx';
import { TryIt } from './try-it.tsx';
import { refreshAssistants } from './use-assistants.ts';

type Props = { assistant: Assistant | null; onDone(toTry: Assistant | null): void };

/** A new assistant, or one that is there already. Only an admin offers one to everyone. */
export function AssistantForm({ assistant, onDone }: Props) {
  const strings = useStrings();
  const words = strings.assistants;
  const user = useUser();
  const { client, queries, toasts } = useServices();
  const { models } = useModels();
  const collections = useCollections().data?.items ?? [];
  const tools = useQuery({
    queryKey: ['tools'],
    queryFn: () => client.get<{ items: Tool[] }>('/api/tools'),
    staleTime: 60_000,
  });
  const own = assistant === null || assistant.owner.id === user?.id;
  const toTry = useRef(false);
  const { busy, refusal, submit } = useSave(async (form) => {
    const body = bodyOf(form, user?.role === 'admin');
    const saved = await (assistant
      ? client.patch<Assistant>(`/api/assistants/${assistant.id}`, body)
      : client.post<Assistant>('/api/assistants', body));
    await refreshAssistants(queries);
    toasts.show({ text: strings.settings.saved });
    onDone(toTry.current ? saved : null);
  });
  const messages = fieldMessages(refusal);
  const fields = useRef<HTMLFormElement>(null);
  return (
    <div className="min-h-0 overflow-y-auto max-lg:pb-5 lg:grid lg:grid-cols-2 lg:overflow-hidden">
      <form
        ref={fields}
        className="space-y-4 p-5 lg:overflow-y-auto"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void submit(event.currentTarget);
        }}
      >
        {refusal && <ProblemNotice refusal={refusal} />}
        <div className="flex gap-3">
          <div className="w-20 shrink-0">
            <Field
              label={words.emoji}
              name="emoji"
              defaultValue={assistant?.emoji ?? ''}
              maxLength={32}
              className="text-center"
              error={messages.emoji}
            />
          </div>
          <div className="min-w-0 flex-1">
            <Field
              label={words.name}
              name="name"
              defaultValue={assistant?.name}
              required
              maxLength={100}
              error={messages.name}
            />
          </div>
        </div>
        <Field
          label={words.description}
          name="description"
          defaultValue={assistant?.description}
          maxLength={500}
          error={messages.description}
        />
        <Labelled label={words.system} hint={words.systemHint} error={messages.system}>
          {(field) => (
            <textarea
              {...field}
              name="system"
              rows={6}
              maxLength={50_000}
              defaultValue={assistant?.system}
              className={inputClass}
            />
          )}
        </Labelled>
        <Labelled label={words.model} error={messages.model}>
          {(field) => (
            <select {...field} name="model" defaultValue={assistant?.model ?? ''} className={inputClass}>
              <option value="" className="bg-sheet">
                {words.anyModel}
              </option>
              {assistant?.model && !models.some(({ id }) => id === assistant.model) && (
                <option value={assistant.model} className="bg-sheet">
                  {assistant.model}
                </option>
              )}
              {models.map(({ id, name }) => (
                <option key={id} value={id} className="bg-sheet">
                  {name}
                </option>
              ))}
            </select>
          )}
        </Labelled>
        {own && collections.length > 0 && (
          <Ticks
            legend={words.collections}
            hint={words.collectionsHint}
            name="collection_ids"
            options={collections.map(({ id, name }) => [id, name])}
            ticked={assistant?.collection_ids ?? []}
          />
        )}
        {own && <FileTicks ticked={assistant?.file_ids ?? []} />}
        {(tools.data?.items.length ?? 0) > 0 && (
          <Ticks
            legend={words.tools}
            name="tools"
            options={(tools.data?.items ?? []).map(({ name, title }) => [name, strings.tools.names[name] ?? title])}
            ticked={assistant?.tools ?? []}
          />
        )}
        <OptionFields options={assistant?.options ?? {}} messages={messages} />
        <Labelled label={words.starters} hint={words.startersHint} error={messages.starters}>
          {(field) => (
            <textarea
              {...field}
              name="starters"
              rows={3}
              defaultValue={assistant?.starters.join('\n')}
              className={inputClass}
            />
          )}
        </Labelled>
        {user?.role === 'admin' && (
          <label className="flex min-h-9 items-center gap-2.5">
            <input
              type="checkbox"
              name="everyone"
              defaultChecked={assistant?.everyone}
              className="size-4 accent-accent"
            />
            {words.offer}
          </label>
        )}
        <DialogActions>
          <Button onClick={() => onDone(null)}>{strings.app.cancel}</Button>
          <Button type="submit" busy={busy} onClick={() => (toTry.current = true)}>
            {words.saveAndTry}
          </Button>
          <Button type="submit" tone="primary" busy={busy} onClick={() => (toTry.current = false)}>
            {strings.app.save}
          </Button>
        </DialogActions>
      </form>
      <TryIt fields={fields} />
    </div>
  );
}
