import { useEffect, useRef, useState } from 'react';

/**
 * A text that grows, looked at once in so many milliseconds: what comes between is drawn together. `pause` 0, and a text that does not
 * go on from the one before, are shown at once.
 */
export function usePaced(text: string, pause: number): string {
  const [shown, setShown] = useState(text);
  const lastAt = useRef(0);
  useEffect(() => {
    const left = lastAt.current + pause - performance.now();
    const timer = setTimeout(
      () => {
        lastAt.current = performance.now();
        setShown(text);
      },
      Math.max(0, left),
    );
    return () => clearTimeout(timer);
  }, [text, pause]);
  return pause > 0 && text.startsWith(shown) ? shown : text;
}
