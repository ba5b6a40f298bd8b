import { ChevronRight } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { cx } from '../../../components/ui/cx.ts';
import { formatSeconds } from '../../../lib/format.ts';
import { useLanguage, useStrings } from '../../../lib/strings/index.ts';

/** What the model thought before it answered: open while it does, folded afterwards, with the time where it was seen. */
export function Reasoning({ text, running }: { text: string; running: boolean }) {
  const strings = useStrings();
  const language = useLanguage();
  const id = useId();
  const [chosen, setChosen] = useState<boolean | null>(null);
  const [took, setTook] = useState<number | null>(null);
  const began = useRef<number | null>(null);
  useEffect(() => {
    if (running) began.current ??= performance.now();
    else if (began.current !== null) setTook(performance.now() - began.current);
  }, [running]);
  const open = chosen ?? running;
  const done =
    took === null || took < 1_000 ? strings.chat.thought : strings.chat.thoughtFor(formatSeconds(took, language));
  return (
    <div className="mb-3">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setChosen(!open)}
        className="-ms-1.5 flex min-h-8 items-center gap-1 rounded-sm px-1.5 text-sm text-muted hover:text-ink"
      >
        <ChevronRight size={15} aria-hidden className={cx('transition-transform', open && 'rotate-90')} />
        <span className={cx(running && 'animate-[breathe_1.8s_infinite]')}>
          {running ? strings.chat.thinking : done}
        </span>
      </button>
      <div
        id={id}
        hidden={!open}
        className="ms-1 mt-1 border-s-2 border-line ps-4 text-sm whitespace-pre-wrap text-muted"
      >
        {text}
      </div>
    </div>
  );
}
