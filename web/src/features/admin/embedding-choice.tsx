import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { EmbeddingsEstimate } from '../../../../shared/api/embeddings.ts';
import type { Model } from '../../../../shared/api/models.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { useAdminStrings } from '../../lib/strings/admin.ts';
import { useLanguage } from '../../lib/strings/index.ts';
import { keys } from '../chat/cache.ts';
import { Select } from './select.tsx';
import { useAct } from './use-act.ts';

const path = '/api/admin/embeddings';
const embeddingModels = ({ items }: { items: Model[] }): Model[] => items.filter(({ kind }) => kind === 'embedding');

/** Choosing a model: first what it would cost, then the index. */
export function EmbeddingChoice({ inUse }: { inUse: readonly string[] }) {
  const words = useAdminStrings().embeddings;
  const number = new Intl.NumberFormat(useLanguage());
  const { client } = useServices();
  const act = useAct();
  const [chosen, setChosen] = useState<string>();
  const [estimate, setEstimate] = useState<EmbeddingsEstimate>();
  const [busy, setBusy] = useState(false);
  const query = useQuery({
    queryKey: keys.models,
    queryFn: () => client.get<{ items: Model[] }>('/api/models'),
    select: embeddingModels,
  });
  const models = (query.data ?? []).map(({ id }) => id).filter((id) => !inUse.includes(id));
  const model = chosen !== undefined && models.includes(chosen) ? chosen : models[0];
  const run = async (work: () => Promise<unknown>, done?: string): Promise<void> => {
    setBusy(true);
    await act(work, done);
    setBusy(false);
  };
  const ask = () => run(async () => setEstimate(await client.post<EmbeddingsEstimate>(`${path}/estimate`, { model })));
  const start = (id: string) =>
    run(async () => {
      await client.post(path, { model: id });
      setEstimate(undefined);
    }, words.started(id));
  if (query.isPending || (model === undefined && inUse.length > 0)) return null;
  return (
    <section aria-labelledby="choose-embeddings" className="space-y-3">
      <h2 id="choose-embeddings" className="text-lg">
        {words.choose}
      </h2>
      {model === undefined && <p className="text-muted">{words.noModels}</p>}
      {model !== undefined && (
        <div className="flex flex-wrap items-end gap-2">
          <Select
            className="min-w-60 flex-1"
            label={words.model}
            value={model}
            options={models.map((id) => [id, id] as const)}
            onChange={({ target }) => {
              setChosen(target.value);
              setEstimate(undefined);
            }}
          />
          <Button busy={busy} onClick={() => void ask()}>
            {words.estimate}
          </Button>
        </div>
      )}
      {estimate && estimate.model === model && (
        <div role="status" className="space-y-3 rounded-lg border border-line bg-sheet px-4 py-3">
          <p>{words.estimated(estimate.passages, estimate.calls, number.format(estimate.tokens))}</p>
          <p className="text-muted">{words.remote}</p>
          <Button tone="primary" busy={busy} onClick={() => void start(estimate.model)}>
            {words.start}
          </Button>
        </div>
      )}
    </section>
  );
}
