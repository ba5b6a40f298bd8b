import type { Socket } from 'socket.io-client';
import type { LiveEvents } from '../../../shared/api/live.ts';
import { livePath } from '../../../shared/live-path.ts';
import { serverUrl } from './server.ts';
import { createStore, type Store } from './store.ts';

export type LiveSocket = {
  /** Whether events are coming in now. While they are not, what is shown has to be asked for. */
  connected: Store<boolean>;
  /** Begins, and goes on until the way out is taken: with growing pauses while nothing answers. */
  start(): () => void;
};

type Deps = {
  /** Who one is, where no cookie says it. */
  token(): string | null;
  /** Asks whether somebody is still signed in; what must be done when nobody is, it does itself. */
  checkSession(): Promise<unknown>;
  onEvent<N extends keyof LiveEvents>(name: N, event: LiveEvents[N]): void;
  /** Events may have been missed: called whenever a connection stands; `first` where there was none on this page before. */
  onGap(first: boolean): void;
};

/** Milliseconds. What is first on the screen has the line for itself. */
const START_MS = 400;
const pauses = { first: 1_000, longest: 20_000 };

/** What happens on the server and on the person's other devices, as Socket.IO tells it. Its code is fetched when the page rests. */
export function createLiveSocket({ token, checkSession, onEvent, onGap }: Deps): LiveSocket {
  const connected = createStore(false);

  function start(): () => void {
    let stopped = false;
    let socket: Socket | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let pause = pauses.first;
    let first = true;
    const later = (work: () => Promise<void>, ms: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void work(), ms);
    };
    const again = (work: () => Promise<void>): void => {
      if (stopped) return;
      later(work, pause * (0.5 + Math.random()));
      pause = Math.min(pause * 2, pauses.longest);
    };

    async function open(): Promise<void> {
      try {
        const { io } = await import('socket.io-client');
        if (stopped) return;
        socket = io(serverUrl('') || location.origin, {
          path: livePath,
          transports: ['websocket', 'polling'],
          tryAllTransports: true,
          auth: (say: (who: object) => void) => {
            const known = token();
            say(known === null ? {} : { token: known });
          },
          reconnectionDelay: pauses.first,
          reconnectionDelayMax: pauses.longest,
        });
        listen(socket);
      } catch {
        // No network, or a newer version has replaced the files.
        again(open);
      }
    }

    /** The server has closed it: because it restarts, or because the session has ended. */
    async function reopen(): Promise<void> {
      try {
        await checkSession();
        if (!stopped) socket?.connect();
      } catch {
        again(reopen);
      }
    }

    function listen(on: Socket): void {
      // The first thing that is said to somebody who is known; strangers hear nothing.
      on.on('user-count', () => {
        if (connected.get()) return;
        connected.set(true);
        pause = pauses.first;
        onGap(first);
        first = false;
      });
      on.onAny((name: keyof LiveEvents, event: LiveEvents[keyof LiveEvents]) => onEvent(name, event as never));
      on.on('disconnect', (reason) => {
        connected.set(false);
        if (reason === 'io server disconnect') again(reopen);
      });
      // Refused by name; what could not be reached, the library tries again by itself.
      on.on('connect_error', () => {
        if (!on.active) again(reopen);
      });
    }

    later(open, START_MS);
    return () => {
      stopped = true;
      clearTimeout(timer);
      socket?.disconnect();
      connected.set(false);
    };
  }

  return { connected, start };
}
