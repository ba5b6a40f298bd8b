import { BookOpenText } from 'lucide-react';
import type { Passage } from '../../../../../shared/api/passages.ts';
import { useStrings } from '../../../lib/strings/index.ts';

/** The sources of an answer, in the order of their numbers. */
export function SourceRow({ sources, onOpen }: { sources: Passage[]; onOpen(index: number, from: HTMLElement): void }) {
  const strings = useStrings();
  return (
    <div role="group" aria-label={strings.chat.sources} className="mt-4">
      <p aria-hidden className="mb-1.5 flex items-center gap-1.5 text-xs font-semibold text-muted">
        <BookOpenText size={14} aria-hidden />
        {strings.chat.sources}
      </p>
      <ol className="flex flex-wrap gap-1.5">
        {sources.map(({ source, page }, at) => (
          <li key={at} className="min-w-0">
            <button
              type="button"
              onClick={(event) => onOpen(at + 1, event.currentTarget)}
              className="flex max-w-72 items-center gap-2 rounded-md border border-line bg-sheet py-1 ps-1.5 pe-2.5 text-sm transition-colors hover:border-accent pointer-coarse:min-h-10"
            >
              <span className="sr-only">{strings.chat.open}</span>
              <span className="grid h-5 min-w-5 place-items-center rounded-full bg-accent-soft px-1 text-xs font-semibold text-accent">
                {at + 1}
              </span>
              <span className="truncate">{source.title}</span>
              {page !== undefined && <span className="shrink-0 text-muted">{strings.chat.page(page)}</span>}
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
