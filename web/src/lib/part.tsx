import { useEffect, type ComponentType, type FunctionComponent, type ReactNode } from 'react';
import { createStore, useStore } from './store.ts';

/** Pauses between two tries to fetch a part, in milliseconds: the first, and the longest. */
const pauses = { first: 1_000, longest: 15_000 };

/** How many parts are wanted on the page at this moment and could not be fetched: for a notice, since a dialog has no place for one. */
export const missingParts = createStore(0);

type PartProps<P> = P & {
  /** Shown until the part is there. */
  resting?: ReactNode;
};

type Part<P> = FunctionComponent<PartProps<P>> & {
  /** Fetches it ahead. Never rejects: what could not be fetched is tried again when it is shown. */
  preload(): Promise<void>;
};

/**
 * A part of the page whose code is fetched when it is first shown. Where that fails (no network, or a newer version has
 * replaced the files), what rests in its place stays, the rest of the page goes on and says so, and it is tried again:
 * after a growing pause, and at once when the connection is back.
 */
export function part<P extends object>(
  load: () => Promise<ComponentType<P>>,
  Waiting?: ComponentType<{ failed: boolean }>,
): Part<P> {
  const state = createStore<{ loaded: ComponentType<P> | null; failed: boolean }>({ loaded: null, failed: false });
  let fetching: Promise<void> | undefined;

  const preload = (): Promise<void> => {
    if (state.get().loaded) return Promise.resolve();
    fetching ??= load().then(
      (loaded) => state.set({ loaded, failed: false }),
      () => {
        fetching = undefined;
        state.set({ loaded: null, failed: true });
      },
    );
    return fetching;
  };

  function LazyPart({ resting, ...props }: PartProps<P>) {
    const { loaded: Loaded, failed } = useStore(state);
    const missing = Loaded === null;
    useEffect(() => (missing ? keepTrying(preload) : undefined), [missing]);
    useEffect(() => {
      if (!missing || !failed) return;
      missingParts.set((count) => count + 1);
      return () => missingParts.set((count) => count - 1);
    }, [missing, failed]);
    if (Loaded) return <Loaded {...(props as unknown as P)} />;
    return resting ?? (Waiting ? <Waiting failed={failed} /> : null);
  }
  return Object.assign(LazyPart, { preload });
}

function keepTrying(attempt: () => Promise<void>): () => void {
  let pause = pauses.first;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const run = async (): Promise<void> => {
    clearTimeout(timer);
    await attempt();
    if (stopped) return;
    timer = setTimeout(() => void run(), pause);
    pause = Math.min(pause * 2, pauses.longest);
  };
  const again = (): void => void run();
  again();
  window.addEventListener('online', again);
  return () => {
    stopped = true;
    clearTimeout(timer);
    window.removeEventListener('online', again);
  };
}
