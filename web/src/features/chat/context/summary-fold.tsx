import { ChevronRight } from 'lucide-react';
import type { Message } from '../../../../../shared/api/chat.ts';
import { useStrings } from '../../../lib/strings/index.ts';

/** Above the answer for which older turns were summarised: what the model is given in their place. */
export function SummaryFold({ message }: { message: Message }) {
  const { context: words } = useStrings();
  const summary = message.parts.find((part) => part.type === 'summary');
  if (!summary) return null;
  return (
    <details className="group mb-3 rounded-md border border-line bg-well/50 text-sm">
      <summary className="flex min-h-9 cursor-pointer list-none items-center gap-1.5 rounded-md px-2.5 py-1 text-muted hover:text-ink [&::-webkit-details-marker]:hidden">
        <ChevronRight size={15} aria-hidden className="shrink-0 transition-transform group-open:rotate-90" />
        {words.summary(words.turns(summary.turns))}
      </summary>
      <div className="space-y-2 border-t border-line px-3.5 py-2.5">
        <p className="whitespace-pre-wrap">{summary.text}</p>
        <p className="text-xs text-muted">
          {words.summaryText}
          {summary.omitted > 0 && ` ${words.omitted(summary.omitted)}`}
        </p>
      </div>
    </details>
  );
}
