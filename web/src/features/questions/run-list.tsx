import type { QuestionRun } from '../../../../shared/api/saved-questions.ts';
import { formatDate } from '../../lib/format.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';

/** The last times that questions were asked again, each against the time before. */
export function RunList({ runs }: { runs: readonly QuestionRun[] }) {
  const strings = useStrings();
  const words = strings.questions;
  const language = useLanguage();
  const share = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const signed = new Intl.NumberFormat(language, { maximumFractionDigits: 2, signDisplay: 'exceptZero' });
  const against = (now: number | null, before: number | null | undefined): string =>
    now === null || before == null || now === before ? '' : ` (${signed.format(now - before)})`;
  if (runs.length === 0) return <p className="text-muted">{words.noRuns}</p>;
  return (
    <ol aria-label={words.runs} className="divide-y divide-line rounded-lg border border-line">
      {runs.map(({ id, created_at: at, setup, totals }, place) => {
        const before = runs[place + 1]?.totals;
        const facts = [
          words.asked(totals.questions),
          words.unchanged(totals.unchanged),
          totals.newly_found > 0 && words.newly(totals.newly_found),
          totals.lost > 0 && words.lost(totals.lost),
          totals.recall !== null && words.recall(share.format(totals.recall), against(totals.recall, before?.recall)),
          totals.mrr !== null && words.mrr(share.format(totals.mrr), against(totals.mrr, before?.mrr)),
        ].filter(Boolean);
        const missing = [
          totals.without_embedding > 0 && words.withoutEmbedding(totals.without_embedding),
          totals.without_rerank > 0 && words.withoutRerank(totals.without_rerank),
        ].filter(Boolean);
        return (
          <li key={id} className="px-4 py-2.5">
            <p className="flex flex-wrap gap-x-3">
              <span className="font-semibold">{formatDate(at, language)}</span>
              <span className="break-all text-muted">{words.setup(setup.embedding, setup.rerank)}</span>
            </p>
            <p className="text-sm text-muted tabular-nums">{facts.join(' · ')}</p>
            {missing.length > 0 && <p className="text-sm text-warn tabular-nums">{missing.join(' · ')}</p>}
          </li>
        );
      })}
    </ol>
  );
}
