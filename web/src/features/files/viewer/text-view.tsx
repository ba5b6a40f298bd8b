import { useEffect, useRef, type ReactNode } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { cx } from '../../../components/ui/cx.ts';
import { ProblemNotice } from '../../../components/ui/notice.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { refusalOf } from '../../../lib/problem.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { LongText } from './long-text.tsx';
import { useWholeText } from './use-passages.ts';

/** Up to so many passages all stand in the page, where the browser's own search finds them. */
const WHOLE = 150;

type Props = { fileId: string; passage: number | undefined };

/** What was read from a file, from its beginning to its end; comes to the passage that is wanted by itself. */
export function TextView({ fileId, passage: wanted }: Props) {
  const strings = useStrings();
  const { items, isSuccess, isPending, error, refetch } = useWholeText(fileId);
  const found = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const wantedAt = items.findIndex(({ ordinal }) => ordinal === wanted);
  // Once: what comes after it must not bring the reader back.
  useEffect(() => {
    found.current?.scrollIntoView({ block: 'center' });
  }, [wantedAt]);
  const draw = (at: number): ReactNode => {
    const item = items[at];
    if (!item) return null;
    const { ordinal, page, text } = item;
    return (
      <div
        key={ordinal}
        ref={ordinal === wanted ? found : undefined}
        className={cx(
          'mb-4 whitespace-pre-line',
          ordinal === wanted && 'rounded-md border-s-4 border-accent bg-accent-soft/50 px-4 py-3',
        )}
      >
        {page !== null && page !== items[at - 1]?.page && (
          <p className="mb-2 font-sans text-sm text-muted">{strings.chat.pageLong(page)}</p>
        )}
        {ordinal === wanted ? <mark>{text}</mark> : text}
      </div>
    );
  };
  return (
    <div
      ref={scroller}
      className="min-h-0 flex-1 overflow-y-auto"
      tabIndex={0}
      role="group"
      aria-label={strings.sources.document}
    >
      <div className="mx-auto w-full max-w-3xl px-4 py-6 font-serif text-[1rem] leading-relaxed sm:px-6">
        {isPending && <Skeleton lines={['w-full', 'w-11/12', 'w-full', 'w-4/5']} />}
        {error && (
          <ProblemNotice refusal={refusalOf(error)} title={strings.sources.documentFailed}>
            <Button onClick={() => void refetch()}>{strings.app.retry}</Button>
          </ProblemNotice>
        )}
        {isSuccess && items.length === 0 && <p className="font-sans text-muted">{strings.sources.noText}</p>}
        {items.length > WHOLE ? (
          <LongText texts={items} scroller={scroller} wanted={wantedAt} draw={draw} />
        ) : (
          items.map((_, at) => draw(at))
        )}
      </div>
    </div>
  );
}
