import type { createLiveHub } from './hub.ts';

type LiveHub = ReturnType<typeof createLiveHub>;

/** The hub, opened with the first connection: what it is made of is large, and until then nobody is there to be told anything. */
export function onFirstSocket(open: () => Promise<LiveHub>): LiveHub {
  let opened: Promise<LiveHub> | undefined;
  const hub = (): Promise<LiveHub> => (opened ??= open());
  return {
    request: (...connection) => void hub().then(({ request }) => request(...connection)),
    upgrade: (...connection) => void hub().then(({ upgrade }) => upgrade(...connection)),
    close: () => void opened?.then(({ close }) => close()),
  };
}
