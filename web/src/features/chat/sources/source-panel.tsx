import { X } from 'lucide-react';
import { useEffect, useRef, type RefObject } from 'react';
import type { Message } from '../../../../../shared/api/chat.ts';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { Modal } from '../../../components/ui/modal.tsx';
import { useTight } from '../../../lib/media.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { citationsOf } from '../citations.ts';
import { SourceView } from './source-view.tsx';

type Props = { message: Message; index: number; onClose(): void; returnFocus: RefObject<HTMLElement | null> };

/** The cited passage beside the chat; a sheet over it where there is no room. Esc closes, the focus goes back to the chip. */
export function SourcePanel({ message, index, onClose, returnFocus }: Props) {
  const strings = useStrings();
  const tight = useTight();
  const passage = message.sources[index - 1];
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!tight) heading.current?.focus();
  }, [tight, index, message.id]);
  if (!passage) return null;
  const citation = citationsOf(message).find(({ number }) => number === index);
  const title = strings.chat.source(index, passage.source.title);
  const text = <SourceView key={`${message.id}-${index}`} passage={passage} citation={citation} />;
  if (tight) {
    return (
      <Modal open onClose={onClose} title={title} place="bottom" returnFocus={returnFocus}>
        {text}
      </Modal>
    );
  }
  const close = (): void => {
    onClose();
    returnFocus.current?.focus();
  };
  return (
    <aside
      aria-label={strings.chat.sourcePanel}
      className="rise flex w-[clamp(26rem,40vw,46rem)] shrink-0 flex-col border-s border-line bg-sheet"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.shiftKey) return;
        event.preventDefault();
        close();
      }}
    >
      <header className="flex h-13 shrink-0 items-center gap-2 border-b border-line ps-5 pe-2">
        <h2 ref={heading} tabIndex={-1} className="min-w-0 flex-1 truncate text-lg outline-none" title={title}>
          {title}
        </h2>
        <IconButton icon={X} label={strings.app.close} onClick={close} />
      </header>
      {text}
    </aside>
  );
}
