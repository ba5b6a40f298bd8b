import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useState, type RefObject } from 'react';

type Options = Omit<Parameters<typeof useVirtualizer<HTMLElement, Element>>[0], 'getScrollElement'>;

/**
 * Rows of which only those near the view are drawn, inside a scroller that stands around their component. `ready`: the
 * scroller is found, and can be told where to go.
 */
export function useRows(
  scroller: RefObject<HTMLElement | null>,
  options: Options,
): { virtual: Virtualizer<HTMLElement, Element>; ready: boolean } {
  // What comes with its rows in one go is there a moment after them: looked for again before anything is painted.
  const [ready, lookAgain] = useState(false);
  useLayoutEffect(() => lookAgain(true), []);
  const virtual = useVirtualizer({ ...options, getScrollElement: () => scroller.current });
  return { virtual, ready };
}
