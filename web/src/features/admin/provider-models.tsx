import { useQuery } from '@tanstack/react-query';
import { Info, Trash2, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { AdminProvider, InstalledModel, Pull, RunningModel } from '../../../../shared/api/providers.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { textFields } from '../../lib/form.ts';
import { formatBytes } from '../../lib/format.ts';
import { fieldMessages } from '../../lib/problem.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';
import { useSave } from '../settings/use-save.ts';
import { Badge } from './badge.tsx';
import { useAct } from './use-act.ts';
import { useProviderChange } from './use-provider-change.ts';

const isOpen = ({ state }: Pull): boolean => state === 'queued' || state === 'running';

/** The models on the disk of a server: loading with its progress, deleting, and which are in memory. */
export function ProviderModels({ provider }: { provider: AdminProvider }) {
  const words = useStrings().providers;
  const { client, queries } = useServices();
  const changed = useProviderChange();
  const path = `/api/admin/providers/${provider.id}`;
  const pulls = useQuery({
    queryKey: ['admin', `${path}/pulls`],
    queryFn: ({ signal }) => client.get<{ items: Pull[] }>(`${path}/pulls?limit=20`, signal),
    refetchInterval: ({ state }) => (state.data?.items.some(isOpen) ? 1_000 : false),
  });
  const running = useQuery({
    queryKey: ['admin', `${path}/running`],
    queryFn: ({ signal }) => client.get<{ items: RunningModel[] }>(`${path}/running`, signal),
  });
  const items = pulls.data?.items ?? [];
  const done = items.filter(({ state }) => state === 'done').length;
  useEffect(() => {
    if (done > 0) void changed();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- when one more is done, not whenever the page is drawn
  }, [done]);
  const { busy, refusal, submit } = useSave(async (form) => {
    const { model = '' } = textFields(form);
    await client.post(`${path}/pulls`, { model: model.trim() });
    form.reset();
    await queries.invalidateQueries({ queryKey: ['admin', `${path}/pulls`] });
  });
  const inMemory = new Set(running.data?.items.map(({ name }) => name));
  return (
    <div className="space-y-5 overflow-y-auto p-5">
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        {refusal && <ProblemNotice refusal={refusal} />}
        <Field
          label={words.pull}
          name="model"
          required
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder="llama3.2"
          hint={words.pullHint}
          error={fieldMessages(refusal)['model']}
        />
        <Button type="submit" tone="primary" busy={busy}>
          {words.load}
        </Button>
      </form>
      {items.length > 0 && (
        <ul aria-label={words.pulls} className="space-y-3">
          {items.slice(0, 5).map((pull) => (
            <PullLine key={pull.id} pull={pull} path={path} />
          ))}
        </ul>
      )}
      <section aria-labelledby="installed-models">
        <h3 id="installed-models" className="mb-2 font-semibold">
          {words.installed}
        </h3>
        {provider.listed_models.length === 0 && <p className="text-muted">{words.noneInstalled}</p>}
        <ul className="divide-y divide-line rounded-lg border border-line empty:hidden">
          {provider.listed_models.map((name) => (
            <ModelLine key={name} name={name} path={path} inMemory={inMemory.has(name)} />
          ))}
        </ul>
      </section>
    </div>
  );
}

function PullLine({ pull, path }: { pull: Pull; path: string }) {
  const words = useStrings().providers;
  const language = useLanguage();
  const { client } = useServices();
  const act = useAct();
  const { model, state, completed, total } = pull;
  const bytes =
    completed !== null &&
    total !== null &&
    words.ofBytes(formatBytes(completed, language), formatBytes(total, language));
  return (
    <li className="space-y-1">
      <div className="flex items-center gap-2">
        <p className="min-w-0 flex-1 break-words">
          {model} <span className="text-sm text-muted">{words.pullStates[state]}</span>
        </p>
        {isOpen(pull) && (
          <IconButton
            icon={X}
            size={16}
            label={words.stopPull(model)}
            onClick={() => void act(() => client.delete(`${path}/pulls/${pull.id}`), words.pullStates.cancelled)}
          />
        )}
      </div>
      {isOpen(pull) && (
        <progress
          aria-label={words.loading(model)}
          {...(total ? { value: completed ?? 0, max: total } : {})}
          className="h-1.5 w-full appearance-none overflow-hidden rounded-full bg-line [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent"
        />
      )}
      {isOpen(pull) && (
        <p className="text-sm break-words text-muted">{[pull.status, bytes].filter(Boolean).join(' · ')}</p>
      )}
      {pull.error && <p className="text-sm break-words text-danger">{pull.error}</p>}
    </li>
  );
}

function ModelLine({ name, path, inMemory }: { name: string; path: string; inMemory: boolean }) {
  const strings = useStrings();
  const words = strings.providers;
  const { client } = useServices();
  const act = useAct();
  const changed = useProviderChange();
  const [open, setOpen] = useState(false);
  const [sure, setSure] = useState(false);
  const remove = async (): Promise<void> => {
    await act(() => client.delete(`${path}/models?name=${encodeURIComponent(name)}`), words.modelDeleted(name));
    await changed();
  };
  return (
    <li className="space-y-1 py-1.5 ps-3 pe-1.5">
      <div className="flex items-center gap-2">
        <p className="min-w-0 flex-1 break-words">{name}</p>
        {inMemory && <Badge tone="accent">{words.inMemory}</Badge>}
        <IconButton
          icon={Info}
          size={16}
          label={words.details(name)}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        />
        <IconButton icon={Trash2} size={16} label={words.deleteModel(name)} onClick={() => setSure(true)} />
      </div>
      {open && <Details name={name} path={path} />}
      {sure && (
        <div className="flex flex-wrap items-center gap-2 pb-1">
          <p className="min-w-40 flex-1 text-sm">{words.deleteModelText(name)}</p>
          <Button onClick={() => setSure(false)}>{strings.app.cancel}</Button>
          <Button tone="danger" onClick={() => void remove()}>
            {words.deleteModel(name)}
          </Button>
        </div>
      )}
    </li>
  );
}

function Details({ name, path }: { name: string; path: string }) {
  const strings = useStrings();
  const { client } = useServices();
  const { data, isError } = useQuery({
    queryKey: ['admin', `${path}/models`, name],
    queryFn: ({ signal }) => client.get<InstalledModel>(`${path}/models?name=${encodeURIComponent(name)}`, signal),
  });
  if (isError) return <p className="text-sm text-danger">{strings.models.failed}</p>;
  if (!data) return <p className="text-sm text-muted">{strings.app.loading}</p>;
  const facts = [data.family, data.parameter_size, data.quantization, data.capabilities.join(', ')];
  return <p className="pb-1 text-sm break-words text-muted">{facts.filter(Boolean).join(' · ')}</p>;
}
