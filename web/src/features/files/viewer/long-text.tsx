import { useEffect, type ReactNode, type RefObject } from 'react';
import { useRows } from '../../../lib/rows.ts';

/** Pixels of a line, and letters on one: a guess at the height of what was never drawn. */
const line = { height: 26, letters: 90 };

type Props = {
  texts: readonly { ordinal: number; text: string }[];
  scroller: RefObject<HTMLElement | null>;
  /** Which of them to come to; -1 for none. */
  wanted: number;
  draw(index: number): ReactNode;
};

/** The passages of a file that is too long to stand in the page: only those near the view are drawn. */
export function LongText({ texts, scroller, wanted, draw }: Props) {
  const { virtual, ready } = useRows(scroller, {
    count: texts.length,
    estimateSize: (index) => 16 + Math.ceil((texts[index]?.text.length ?? 0) / line.letters) * line.height,
    getItemKey: (index) => texts[index]?.ordinal ?? index,
    overscan: 3,
  });
  useEffect(() => {
    if (ready && wanted >= 0) virtual.scrollToIndex(wanted, { align: 'center' });
  }, [wanted, virtual, ready]);
  return (
    <div className="relative w-full" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ index, key, start }) => (
        <div
          key={key}
          ref={virtual.measureElement}
          data-index={index}
          className="absolute inset-x-0 top-0"
          style={{ transform: `translateY(${start}px)` }}
        >
          {draw(index)}
        </div>
      ))}
    </div>
  );
}
