import { useEffect, useState } from 'react';

/** A hook that fetches code when it is first needed, once for the page. Null until then, and where it is not needed. */
export function whenNeeded<T extends object>(load: () => Promise<T>): (needed: boolean) => T | null {
  let kept: T | null = null;
  return function useWhenNeeded(needed) {
    const [loaded, setLoaded] = useState(kept);
    useEffect(() => {
      if (!needed || loaded) return;
      let wanted = true;
      load().then(
        (value) => {
          kept = value;
          if (wanted) setLoaded(value);
        },
        // What is shown can be read without it, too; the next message tries again.
        () => undefined,
      );
      return () => {
        wanted = false;
      };
    }, [needed, loaded]);
    return needed ? loaded : null;
  };
}
