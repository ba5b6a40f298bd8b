import { useMutation, useQuery } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { useId, useState } from 'react';
import type { QuestionCheck, SavedQuestion, SavedQuestionDetail } from '../../../../shared/api/saved-questions.ts';
import { useServices } from '../../app/services.ts';
import { cx } from '../../components/ui/cx.ts';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { describeRefusal } from '../../lib/words.ts';

type Props = { question: SavedQuestion; now: QuestionCheck | undefined; before: QuestionCheck | undefined };

/** A question, what the last two times found for it, and, opened, the passages of which some should be found. */
export function QuestionRow({ question: { message_id: id, question, before: found, expected }, now, before }: Props) {
  const words = useStrings().questions;
  const [open, setOpen] = useState(false);
  const panel = useId();
  const rank = (check: QuestionCheck): string => words.first(check.first);
  const facts = [
    words.found(found),
    words.expects(expected),
    now && now.expected > 0 && (before && before.expected > 0 ? words.change(rank(before), rank(now)) : rank(now)),
  ].filter(Boolean);
  return (
    <li className="px-4 py-2.5">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={panel}
        onClick={() => setOpen(!open)}
        className="flex min-h-10 w-full items-center gap-3 rounded-sm text-start"
      >
        <span className="min-w-0 flex-1">
          <span className="line-clamp-2 break-words">{question}</span>
          <span className="block text-sm text-muted">{facts.join(' · ')}</span>
        </span>
        <ChevronDown size={17} aria-hidden className={cx('shrink-0 transition-transform', open && 'rotate-180')} />
      </button>
      <div id={panel}>{open && <Candidates messageId={id} />}</div>
    </li>
  );
}

type Candidate = SavedQuestionDetail['candidates'][number];
const isSame = (one: Candidate, other: Candidate): boolean =>
  one.file_id === other.file_id && one.ordinal === other.ordinal;

/** Marks are saved one after the other, and a run that is asked for waits until they are. */
export const questionsScope = { id: 'questions' };

function Candidates({ messageId }: { messageId: string }) {
  const strings = useStrings();
  const words = strings.questions;
  const { client, queries, toasts } = useServices();
  const path = `/api/saved-questions/${messageId}`;
  const queryKey = ['questions', 'detail', messageId];
  const { data, error } = useQuery({
    queryKey,
    queryFn: ({ signal }) => client.get<SavedQuestionDetail>(path, signal),
    staleTime: Infinity,
  });
  const mark = useMutation({
    mutationKey: queryKey,
    scope: questionsScope,
    onMutate: ({ place, on }: { place: Candidate; on: boolean }) => {
      queries.setQueryData<SavedQuestionDetail>(queryKey, (now) => {
        const candidates = now?.candidates.map((each) => (isSame(each, place) ? { ...each, expected: on } : each));
        return now && candidates && { ...now, candidates };
      });
    },
    // All marks as they stand when its turn comes.
    mutationFn: () => {
      const marks = queries.getQueryData<SavedQuestionDetail>(queryKey)?.candidates ?? [];
      const places = marks.filter(({ expected, title }) => expected && title !== null);
      return client.put<SavedQuestionDetail>(`${path}/expected`, {
        places: places.map(({ file_id, ordinal }) => ({ file_id, ordinal })),
      });
    },
    onError: (refused) => toasts.show({ text: describeRefusal(refusalOf(refused), strings), tone: 'danger' }),
    onSettled(detail) {
      // While others wait, what is on the page is newer than what the server knows.
      if (queries.isMutating({ mutationKey: queryKey }) > 1) return;
      if (detail) queries.setQueryData(queryKey, detail);
      else void queries.invalidateQueries({ queryKey });
      void queries.invalidateQueries({ queryKey: ['questions', 'list'] });
    },
  });
  if (error) return <ProblemNotice refusal={refusalOf(error)} />;
  if (!data) return <Skeleton lines={['h-8! w-full', 'h-8! w-full']} />;
  return (
    <fieldset className="mt-2 space-y-2">
      <legend className="mb-1 text-sm text-muted">{words.mark}</legend>
      {data.candidates.map((place) => {
        const { file_id: file, ordinal, page, title, text, was, is, expected } = place;
        const facts = [
          page !== null && strings.chat.page(page),
          was !== null && words.was(was),
          is === null ? words.notNow : words.is(is),
        ].filter(Boolean);
        return (
          <label key={`${file}:${ordinal}`} className="flex items-start gap-3 py-1">
            <input
              type="checkbox"
              className="mt-1 size-5 shrink-0 accent-accent"
              checked={expected}
              disabled={title === null}
              onChange={({ target }) => mark.mutate({ place, on: target.checked })}
            />
            <span className="min-w-0">
              <span className="block truncate">{title ?? words.gone}</span>
              {text !== null && <span className="line-clamp-3 text-sm text-muted">{text}</span>}
              <span className="block text-xs text-muted">{facts.join(' · ')}</span>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
