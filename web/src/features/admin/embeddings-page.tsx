import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { EmbeddingIndex, EmbeddingsOverview } from '../../../../shared/api/embeddings.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { Modal } from '../../components/ui/modal.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStore } from '../../lib/store.ts';
import { useAdminStrings } from '../../lib/strings/admin.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';
import { Badge } from './badge.tsx';
import { EmbeddingChoice } from './embedding-choice.tsx';
import { useAct } from './use-act.ts';

const embeddingsPath = '/api/admin/embeddings';
/** The server tells how far it is; what it does not tell (a failure) is found by asking. */
const atWorkMs = { told: 10_000, untold: 2_000 };

/** How passages are found: by words, and by meaning where an admin has chosen a model; its indexes, and how to change it. */
export function EmbeddingsPage() {
  const strings = useStrings();
  const words = useAdminStrings().embeddings;
  const { client, updates } = useServices();
  const connected = useStore(updates.connected);
  const act = useAct();
  const [asking, setAsking] = useState(false);
  const query = useQuery({
    queryKey: ['admin', embeddingsPath],
    queryFn: ({ signal }) => client.get<EmbeddingsOverview>(embeddingsPath, signal),
    refetchInterval: ({ state }) => (isAtWork(state.data) ? atWorkMs[connected ? 'told' : 'untold'] : false),
  });
  if (query.isError)
    return (
      <ProblemNotice refusal={refusalOf(query.error)} title={words.failed}>
        <Button onClick={() => void query.refetch()}>{strings.app.retry}</Button>
      </ProblemNotice>
    );
  if (!query.data) return <Skeleton lines={['h-6! w-3/4', 'h-24! w-full', 'h-24! w-full']} />;
  const { passages, locked, indexes } = query.data;
  const post = (what: 'cancel' | 'rollback', done: string) => () =>
    void act(() => client.post(`${embeddingsPath}/${what}`), done);
  const switchOff = async (): Promise<void> => {
    if (await act(() => client.delete(embeddingsPath), words.switchedOff)) setAsking(false);
  };
  return (
    <div className="space-y-6">
      <p className="text-muted">{words.text}</p>
      {locked !== null && <p className="rounded-md bg-well px-3.5 py-2.5">{words.locked(locked)}</p>}
      {indexes.length === 0 ? (
        <div className="rounded-lg border border-line bg-sheet px-4 py-3">
          <p className="font-semibold">{words.off}</p>
          {locked === null && <p className="text-muted">{words.offText}</p>}
        </div>
      ) : (
        <ul aria-label={words.indexes} className="divide-y divide-line rounded-lg border border-line bg-sheet">
          {indexes.map((index) => (
            <IndexRow key={index.state} index={index} passages={passages}>
              {index.state === 'building' && <Button onClick={post('cancel', words.cancelled)}>{words.cancel}</Button>}
              {index.state === 'previous' && (locked === null || locked === index.model) && (
                <Button onClick={post('rollback', words.rolledBack(index.model))}>{words.rollBack}</Button>
              )}
            </IndexRow>
          ))}
        </ul>
      )}
      {locked === null && (
        <EmbeddingChoice inUse={indexes.filter(({ state }) => state !== 'previous').map(({ model }) => model)} />
      )}
      {locked === null && indexes.length > 0 && (
        <Button tone="danger" onClick={() => setAsking(true)}>
          {words.switchOff}
        </Button>
      )}
      <Modal open={asking} onClose={() => setAsking(false)} title={words.switchOff}>
        <div className="space-y-4 p-5">
          <p>{words.switchOffText}</p>
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={() => setAsking(false)}>{strings.app.cancel}</Button>
            <Button tone="danger" onClick={() => void switchOff()}>
              {words.switchOff}
            </Button>
          </div>
        </div>
      </Modal>
    </div>
  );
}

const isAtWork = (data: EmbeddingsOverview | undefined): boolean =>
  data?.indexes.some(({ state, done }) => state === 'building' || (state === 'active' && done < data.passages)) ??
  false;

type RowProps = { index: EmbeddingIndex; passages: number; children: ReactNode };

function IndexRow({ index: { model, state, done, error }, passages, children }: RowProps) {
  const words = useAdminStrings().embeddings;
  const number = new Intl.NumberFormat(useLanguage());
  return (
    <li className="flex flex-wrap items-center gap-3 px-4 py-3">
      <div className="min-w-52 flex-1 space-y-1.5">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-semibold break-all">{model}</span>
          <Badge tone={state === 'active' ? 'accent' : 'plain'}>{words.states[state]}</Badge>
        </p>
        <p className="text-sm text-muted tabular-nums">{words.done(number.format(done), number.format(passages))}</p>
        {state === 'building' && (
          <>
            <progress
              aria-label={words.progress(model)}
              value={done}
              max={Math.max(1, passages)}
              className="h-1.5 w-full appearance-none overflow-hidden rounded-full bg-line [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent"
            />
            <p className="text-sm text-muted">{words.beside}</p>
          </>
        )}
        {error !== null && <p className="text-sm text-danger">{words.stuck(error)}</p>}
      </div>
      {children}
    </li>
  );
}
