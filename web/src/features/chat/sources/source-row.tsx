import { BookOpenText, ChevronRight } from 'lucide-react';
import { useId, useMemo, useState } from 'react';
import type { Message } from '../../../../../shared/api/chat.ts';
import { cx } from '../../../components/ui/cx.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { citedNumbers, gatherFolded, shareSources } from '../citations.ts';
import { isStored } from '../messages.ts';
import { SourceButton } from './source-button.tsx';
import { TraceButton } from './trace-button.tsx';

type Props = { message: Message; onOpen(index: number, from: HTMLElement): void };

/**
 * The sources of an answer: those it cites, by number; what else was read is behind one button. While it is still being
 * written nobody knows what it will cite, so that the first few stand for all.
 */
export function SourceRow({ message, onOpen }: Props) {
  const { content, sources, status } = message;
  const strings = useStrings();
  const id = useId();
  const [open, setOpen] = useState(false);
  const count = sources.length;
  const writing = status === 'streaming';
  const { shown, folded } = useMemo(
    () => shareSources(writing ? [] : citedNumbers(content, count), count),
    [writing, content, count],
  );
  const list = (items: readonly { index: number; count: number }[]) =>
    items.map(({ index, count: together }) => {
      const passage = sources[index - 1];
      return passage && <SourceButton key={index} index={index} count={together} passage={passage} onOpen={onOpen} />;
    });
  return (
    <div role="group" aria-label={strings.chat.sources} className="mt-4">
      <p aria-hidden className="mb-1.5 flex items-center gap-1.5 text-xs font-semibold text-muted">
        <BookOpenText size={14} aria-hidden />
        {strings.chat.sources}
      </p>
      <ol className="flex flex-wrap gap-1.5">{list(shown.map((index) => ({ index, count: 1 })))}</ol>
      {folded.length > 0 && (
        <>
          <button
            type="button"
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
            className="-ms-1.5 mt-1 flex min-h-8 items-center gap-1 rounded-sm px-1.5 text-sm text-muted hover:text-ink pointer-coarse:min-h-10"
          >
            <ChevronRight size={15} aria-hidden className={cx('transition-transform', open && 'rotate-90')} />
            {strings.chat.moreSources(folded.length)}
          </button>
          <ol id={id} className={cx('mt-1 flex-wrap gap-1.5', open ? 'flex' : 'hidden')}>
            {open && list(gatherFolded(folded, sources))}
          </ol>
        </>
      )}
      {!writing && isStored(message) && message.conversation_id !== '' && <TraceButton messageId={message.id} />}
    </div>
  );
}
