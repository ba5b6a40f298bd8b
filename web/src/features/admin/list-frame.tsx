import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';

type Props = { list: UseInfiniteQueryResult; count: number; empty: string; label: string; children: ReactNode };

/** A list in all its states: on its way, failed, empty, there, and more of it. */
export function ListFrame({ list, count, empty, label, children }: Props) {
  const strings = useStrings();
  return (
    <>
      {list.isPending && <Skeleton className="pt-2" lines={['h-10! w-full', 'h-10! w-full', 'h-10! w-full']} />}
      {list.isError && (
        <ProblemNotice refusal={refusalOf(list.error)} title={strings.admin.listFailed}>
          <Button onClick={() => void list.refetch()}>{strings.app.retry}</Button>
        </ProblemNotice>
      )}
      {list.isSuccess && count === 0 && <p className="py-8 text-center text-muted">{empty}</p>}
      {count > 0 && (
        <ul aria-label={label} className="divide-y divide-line rounded-lg border border-line bg-sheet">
          {children}
        </ul>
      )}
      {list.hasNextPage && (
        <Button className="mt-4" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {strings.files.more}
        </Button>
      )}
    </>
  );
}
