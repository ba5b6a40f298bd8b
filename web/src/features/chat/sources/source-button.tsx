import { BookOpenText } from 'lucide-react';
import type { Passage } from '../../../../../shared/api/passages.ts';
import { useStrings } from '../../../lib/strings/index.ts';

type Props = {
  index: number;
  /** Passages of this file that it stands for, itself included. */
  count: number;
  passage: Passage;
  onOpen(index: number, from: HTMLElement): void;
};

/** One source of an answer, in a list of them: its number, title and page; or a file of which many passages were read. */
export function SourceButton({ index, count, passage: { source, page }, onOpen }: Props) {
  const strings = useStrings();
  return (
    <li className="min-w-0">
      <button
        type="button"
        onClick={(event) => onOpen(index, event.currentTarget)}
        className="flex max-w-72 items-center gap-2 rounded-md border border-line bg-sheet py-1 ps-1.5 pe-2.5 text-sm transition-colors hover:border-accent pointer-coarse:min-h-10"
      >
        <span className="sr-only">{strings.chat.open}</span>
        {count > 1 ? (
          <BookOpenText size={15} aria-hidden className="ms-1 shrink-0 text-accent" />
        ) : (
          <span className="grid h-5 min-w-5 place-items-center rounded-full bg-accent-soft px-1 text-xs font-semibold text-accent">
            {index}
          </span>
        )}
        <span className="truncate">{source.title}</span>
        {count > 1 && <span className="shrink-0 text-muted">{strings.sources.passages(count)}</span>}
        {count === 1 && page !== undefined && <span className="shrink-0 text-muted">{strings.chat.page(page)}</span>}
      </button>
    </li>
  );
}
