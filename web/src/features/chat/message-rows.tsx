import { defaultRangeExtractor, type Range } from '@tanstack/react-virtual';
import { useCallback, useImperativeHandle, useState, type ReactNode, type RefObject } from 'react';
import type { Message } from '../../../../shared/api/chat.ts';
import { useRows } from '../../lib/rows.ts';

/** Up to so many messages all stand in the page, where the browser's own search finds them; of more, those near the view. */
const whole = 60;
/** Pixels between messages, and a guess at the height of one that was never drawn. */
const gap = 12;
const guess = ({ role, content }: Message): number =>
  role === 'user' ? 90 + Math.ceil(content.length / 70) * 26 : 110 + Math.ceil(content.length / 85) * 28;

/** Brings a message into view; the reader's place on the page is then there. */
export type BringInto = (messageId: string) => void;

type Props = {
  label: string;
  messages: readonly Message[];
  scroller: RefObject<HTMLElement | null>;
  bring: RefObject<BringInto | null>;
  draw(index: number): ReactNode;
};

/**
 * The messages one below the other. Heights are measured as they are drawn, and what changes above the reader moves
 * nothing under their eyes: the place is kept from the end, where older messages never push.
 */
export function MessageRows({ label, messages, scroller, bring, draw }: Props) {
  // Where the focus is (or a message is being edited) stays drawn, wherever one scrolls.
  const [focused, setFocused] = useState<string | null>(null);
  const held = focused === null ? -1 : messages.findIndex(({ id }) => id === focused);
  const range = useCallback(
    (near: Range) => {
      if (near.count <= whole) return Array.from({ length: near.count }, (_, at) => at);
      const indexes = defaultRangeExtractor(near);
      if (held < 0 || indexes.includes(held)) return indexes;
      return [...indexes, held].sort((a, b) => a - b);
    },
    [held],
  );
  const { virtual } = useRows(scroller, {
    count: messages.length,
    estimateSize: (index) => (messages[index] ? guess(messages[index]) : 120),
    getItemKey: (index) => messages[index]?.id ?? index,
    // Until it is found, the end is drawn as high as the window: in slices with the rest of the page, and not all at once afterwards.
    initialRect: { width: innerWidth, height: innerHeight },
    initialOffset: () => messages.reduce((sum, message) => sum + guess(message) + gap, -innerHeight),
    rangeExtractor: range,
    gap,
    overscan: 4,
    anchorTo: 'end',
  });
  useImperativeHandle(
    bring,
    () => (id) => {
      const index = messages.findIndex((message) => message.id === id);
      if (index >= 0) virtual.scrollToIndex(index, { align: 'start' });
    },
    [messages, virtual],
  );
  return (
    <ol
      aria-label={label}
      className="relative w-full"
      style={{ height: virtual.getTotalSize() }}
      onFocus={({ target }) => {
        setFocused(target.closest<HTMLElement>('[data-message]')?.dataset['message'] ?? null);
      }}
      onBlur={() => setFocused(null)}
    >
      {virtual.getVirtualItems().map(({ index, key, start }) => (
        <li
          key={key}
          ref={virtual.measureElement}
          data-index={index}
          data-message={messages[index]?.id}
          aria-posinset={index + 1}
          aria-setsize={messages.length}
          className="absolute inset-x-0 top-0"
          style={{ transform: `translateY(${start}px)` }}
        >
          {draw(index)}
        </li>
      ))}
    </ol>
  );
}
