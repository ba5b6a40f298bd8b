import { useMutation, useQuery } from '@tanstack/react-query';
import type { QuestionRun, QuestionRunDetail, SavedQuestion } from '../../../../shared/api/saved-questions.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { describeRefusal } from '../../lib/words.ts';
import { Section } from '../settings/section.tsx';
import { QuestionRow, questionsScope } from './question-row.tsx';
import { RunList } from './run-list.tsx';

const path = '/api/saved-questions';

/** One's questions whose answers one rated down: what should be found for each, and whether it is. */
export function SavedQuestions() {
  const strings = useStrings();
  const words = strings.questions;
  const { client, queries, toasts } = useServices();
  const list = useQuery({
    queryKey: ['questions', 'list'],
    queryFn: ({ signal }) => client.get<{ items: SavedQuestion[] }>(path, signal),
  });
  const runs = useQuery({
    queryKey: ['questions', 'runs'],
    queryFn: ({ signal }) => client.get<{ items: QuestionRun[] }>(`${path}/runs`, signal),
  });
  const compared = (runs.data?.items ?? []).slice(0, 2).map(({ id }) => id);
  const details = useQuery({
    queryKey: ['questions', 'compared', compared],
    enabled: compared.length > 0,
    queryFn: ({ signal }) =>
      Promise.all(compared.map((id) => client.get<QuestionRunDetail>(`${path}/runs/${id}`, signal))),
  });
  const run = useMutation({
    scope: questionsScope,
    mutationFn: () => client.post(`${path}/runs`, {}),
    onError: (error) => toasts.show({ text: describeRefusal(refusalOf(error), strings), tone: 'danger' }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['questions'] }),
  });
  const items = list.data?.items ?? [];
  const resultOf = (at: number, messageId: string) =>
    details.data?.[at]?.items.find(({ message_id: id }) => id === messageId);
  return (
    <Section title={words.title} text={words.text}>
      {list.isPending && <Skeleton lines={['h-10! w-full', 'h-10! w-full']} />}
      {list.isError && (
        <ProblemNotice refusal={refusalOf(list.error)} title={words.failed}>
          <Button onClick={() => void list.refetch()}>{strings.app.retry}</Button>
        </ProblemNotice>
      )}
      {list.isSuccess && items.length === 0 && <p className="text-muted">{words.empty}</p>}
      {items.length > 0 && (
        <div className="space-y-5">
          <ul aria-label={words.title} className="divide-y divide-line rounded-lg border border-line">
            {items.map((question) => (
              <QuestionRow
                key={question.message_id}
                question={question}
                now={resultOf(0, question.message_id)}
                before={resultOf(1, question.message_id)}
              />
            ))}
          </ul>
          <Button tone="primary" busy={run.isPending} onClick={() => run.mutate()}>
            {words.run}
          </Button>
          <h3 className="font-semibold">{words.runs}</h3>
          <RunList runs={runs.data?.items ?? []} />
        </div>
      )}
    </Section>
  );
}
