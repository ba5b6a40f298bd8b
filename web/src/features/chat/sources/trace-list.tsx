import { useQuery } from '@tanstack/react-query';
import type { AnswerTrace } from '../../../../../shared/api/traces.ts';
import { useServices } from '../../../app/services.ts';
import { cx } from '../../../components/ui/cx.ts';
import { ProblemNotice } from '../../../components/ui/notice.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { formatNumber } from '../../../lib/format.ts';
import { refusalOf } from '../../../lib/problem.ts';
import { useLanguage, useStrings } from '../../../lib/strings/index.ts';

/** What was looked at for an answer: by which words, at which ranks, and what became of it. */
export function TraceList({ messageId }: { messageId: string }) {
  const strings = useStrings();
  const { client } = useServices();
  const found = useQuery({
    queryKey: ['trace', messageId],
    queryFn: ({ signal }) => client.get<AnswerTrace>(`/api/messages/${messageId}/trace`, signal),
    retry: false,
  });
  const refusal = found.isError ? refusalOf(found.error) : null;
  return (
    <div
      className="min-h-0 flex-1 overflow-y-auto px-5 py-4"
      tabIndex={0}
      role="group"
      aria-label={strings.sources.howFound}
    >
      {found.isPending && <Skeleton lines={['w-1/2', 'w-full', 'w-11/12', 'w-4/5']} />}
      {refusal?.status === 404 && <p className="text-muted">{strings.sources.traceNone}</p>}
      {refusal && refusal.status !== 404 && <ProblemNotice refusal={refusal} />}
      {found.data && <Trace trace={found.data} />}
    </div>
  );
}

function Trace({ trace }: { trace: AnswerTrace }) {
  const words = useStrings().sources;
  const language = useLanguage();
  const { budget, items, terms, web, rerank } = trace;
  const facts = [
    words.ways[trace.way],
    trace.way === 'search' && (trace.by_meaning ? words.wordsAndMeaning : words.wordsAlone),
    rerank && (rerank.used ? words.reranked(rerank.model) : words.notReranked(rerank.model)),
    web > 0 && words.fromWeb(web),
    budget && words.budget(formatNumber(budget.used, language), formatNumber(budget.limit, language)),
  ].filter(Boolean);
  return (
    <>
      <p className="mb-1 break-words whitespace-pre-line">{trace.question}</p>
      <p className="mb-3 text-sm text-muted">{facts.join(' · ')}</p>
      {terms.length > 0 && (
        <ul aria-label={words.terms} className="mb-4 flex flex-wrap gap-1.5">
          {terms.map((term, at) => (
            <li key={at} className="rounded-full bg-well px-2.5 py-0.5 text-sm break-all">
              {term}
            </li>
          ))}
        </ul>
      )}
      {items.length === 0 && <p className="text-muted">{words.traceEmpty}</p>}
      <ol className="divide-y divide-line">
        {items.map((item) => (
          <TraceRow key={`${item.file_id}:${item.ordinal}`} item={item} />
        ))}
      </ol>
    </>
  );
}

function TraceRow({ item }: { item: AnswerTrace['items'][number] }) {
  const strings = useStrings();
  const language = useLanguage();
  const words = strings.sources;
  const { title, text, page, tokens, outcome, by_words: byWords, by_meaning: byMeaning, by_rerank: byRerank } = item;
  const taken = outcome === 'given' || outcome === 'neighbour';
  const facts = [
    page !== null && strings.chat.page(page),
    byWords !== null && words.rankByWords(byWords),
    byMeaning !== null && words.rankByMeaning(byMeaning),
    byRerank !== null && words.rankByRerank(byRerank),
    tokens !== null && words.tokens(formatNumber(tokens, language)),
  ].filter(Boolean);
  return (
    <li className="py-2.5">
      <p className="flex items-baseline gap-2">
        <span className={cx('min-w-0 flex-1 truncate', !taken && 'text-muted')}>{title ?? words.traceGone}</span>
        <span
          className={cx(
            'shrink-0 rounded-full px-2 py-0.5 text-xs',
            taken ? 'bg-accent-soft text-accent' : 'bg-well text-muted',
          )}
        >
          {words.outcomes[outcome]}
        </span>
      </p>
      {text !== null && <p className="line-clamp-2 text-sm text-muted">{text}</p>}
      {facts.length > 0 && <p className="text-xs text-muted">{facts.join(' · ')}</p>}
    </li>
  );
}
