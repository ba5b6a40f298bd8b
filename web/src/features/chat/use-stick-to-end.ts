import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Pixels from the end that still count as being there. */
const near = 60;

/**
 * Keeps a growing text (`follows`) scrolled to its end until the reader scrolls up, and again once they are back at the end.
 * `scroller` and `content` are set as refs on the scrolling element and on what grows inside it.
 */
export function useStickToEnd(follows: boolean) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const sticking = useRef(true);
  const wanted = useRef(follows);
  useLayoutEffect(() => {
    wanted.current = follows;
  }, [follows]);
  const [atEnd, setAtEnd] = useState(true);

  const toEnd = useCallback((): void => {
    const element = scroller.current;
    if (!element) return;
    sticking.current = true;
    setAtEnd(true);
    if (wanted.current) element.scrollTop = element.scrollHeight;
  }, []);

  /** The reader is taken somewhere else: what grows does not pull them back. */
  const letGo = useCallback((): void => {
    sticking.current = false;
    setAtEnd(false);
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    const inside = content.current;
    if (!element || !inside) return;
    // Not asked for: it is new, and to say so the whole page would be laid out in the middle of its first drawing.
    let lastTop = 0;
    const follow = new ResizeObserver(() => {
      if (sticking.current && wanted.current) element.scrollTop = element.scrollHeight;
    });
    follow.observe(inside);
    follow.observe(element);
    const onScroll = (): void => {
      const distance = element.scrollHeight - element.scrollTop - element.clientHeight;
      // Only moving up lets go: growth alone moves the end away, and that is no wish of the reader.
      if (element.scrollTop < lastTop - 2 && distance > near) sticking.current = false;
      else if (distance <= near) sticking.current = true;
      lastTop = element.scrollTop;
      setAtEnd(distance <= near || sticking.current || !wanted.current);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      follow.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, []);

  useEffect(toEnd, [toEnd]);
  return { scroller, content, atEnd, toEnd, letGo };
}
