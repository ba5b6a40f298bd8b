import { useCallback, useSyncExternalStore } from 'react';

/** Whether a media query holds now. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** Below this width the sidebar is a drawer and the sources are a sheet. Matches the token `--breakpoint-md`. */
export const narrow = '(width < 52rem)';
export const useNarrow = (): boolean => useMedia(narrow);
/** Below this width there is no room for the sources beside the text. Matches `--breakpoint-lg`. */
export const useTight = (): boolean => useMedia('(width < 68rem)');
