import { useInfiniteQuery, useQueries } from '@tanstack/react-query';
import type { StoredFile } from '../../../../shared/api/files.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStore } from '../../lib/store.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { filesQuery } from '../files/api.ts';
import { Ticks } from './ticks.tsx';

/** One's own files, those that are chosen first; one that is gone is chosen no more. */
export function FileTicks({ ticked }: { ticked: readonly string[] }) {
  const strings = useStrings();
  const words = strings.assistants;
  const { client, updates } = useServices();
  const list = useInfiniteQuery(filesQuery(client, useStore(updates.connected)));
  const chosen = useQueries({
    queries: ticked.map((id) => ({
      queryKey: ['file', id],
      retry: false,
      queryFn: () => client.get<StoredFile>(`/api/files/${id}`),
    })),
  });
  // What is not known yet cannot be chosen: until then the form leaves the files as they are.
  if (list.isPending || chosen.some(({ isPending }) => isPending)) return null;
  const unknown = chosen.find(({ data, error }) => !data && error && refusalOf(error).status !== 404)?.error;
  if (unknown)
    return (
      <ProblemNotice refusal={refusalOf(unknown)} title={words.filesFailed}>
        <Button onClick={() => chosen.forEach(({ isError, refetch }) => isError && void refetch())}>
          {strings.app.retry}
        </Button>
      </ProblemNotice>
    );
  const listed = (list.data?.pages ?? []).flatMap(({ items }) => items).filter(({ id }) => !ticked.includes(id));
  const files = [...chosen.flatMap(({ data }) => data ?? []), ...listed];
  if (files.length === 0) return null;
  return (
    <Ticks
      legend={words.files}
      hint={words.collectionsHint}
      name="file_ids"
      options={files.map(({ id, filename }) => [id, filename])}
      ticked={ticked}
    >
      {list.hasNextPage && (
        <Button tone="quiet" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {words.moreFiles}
        </Button>
      )}
    </Ticks>
  );
}
