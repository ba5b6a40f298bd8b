import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { QuestionRun } from '../../../../../shared/api/saved-questions.ts';
import { useServices } from '../../../app/services.ts';
import { Button } from '../../../components/ui/button.tsx';
import { ProblemNotice } from '../../../components/ui/notice.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { refusalOf } from '../../../lib/problem.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { RunList } from '../../questions/run-list.tsx';
import { Section } from '../../settings/section.tsx';
import { useAct } from '../use-act.ts';

const path = '/api/admin/saved-questions/runs';

/** Everybody's questions whose answers were rated down, asked again: sums alone. */
export function QuestionsCard() {
  const strings = useStrings();
  const words = strings.questions;
  const { client } = useServices();
  const act = useAct();
  const [busy, setBusy] = useState(false);
  const runs = useQuery({
    queryKey: ['admin', path],
    queryFn: ({ signal }) => client.get<{ items: QuestionRun[] }>(path, signal),
  });
  const run = async (): Promise<void> => {
    setBusy(true);
    await act(() => client.post(path, {}));
    setBusy(false);
  };
  return (
    <Section title={words.title} text={words.adminText}>
      <div className="space-y-4">
        {runs.isPending && <Skeleton lines={['h-10! w-full']} />}
        {runs.isError && (
          <ProblemNotice refusal={refusalOf(runs.error)} title={words.failed}>
            <Button onClick={() => void runs.refetch()}>{strings.app.retry}</Button>
          </ProblemNotice>
        )}
        {runs.data && <RunList runs={runs.data.items} />}
        <Button busy={busy} onClick={() => void run()}>
          {words.run}
        </Button>
      </div>
    </Section>
  );
}
