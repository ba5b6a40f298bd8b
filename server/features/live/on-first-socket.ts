import type { createLiveHub } from './hub.ts';

type LiveHub = ReturnType<typeof createLiveHub>;

/** The hub, opened with the first connection: what it is made of is large, and until then nobody is there to be told anything. */
export function onFirstSocket(deps: Parameters<typeof createLiveHub>[0]): LiveHub {
  let opened: Promise<LiveHub> | undefined;
  const hub = (): Promise<LiveHub> => (opened ??= import('./hub.ts').then(({ createLiveHub }) => createLiveHub(deps)));
  return {
    request: (...connection) => void hub().then(({ request }) => request(...connection)),
    upgrade: (...connection) => void hub().then(({ upgrade }) => upgrade(...connection)),
    close: () => void opened?.then(({ close }) => close()),
  };
}
