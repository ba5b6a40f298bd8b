import { seconds, type Clock } from '../../lib/clock.ts';

/** `open`: calls fail at once. `half_open`: a single call may find out whether that is still right. */
export type CircuitState = 'closed' | 'open' | 'half_open';

/** One call that was let through. Exactly one of these is called, once; further ones change nothing. */
export type Pass = {
  succeeded(): void;
  failed(): void;
  /** Ended without telling anything: the person stopped it, or it was refused for what it asked. */
  left(): void;
};

export type Breaker = {
  state(): CircuitState;
  /** Leave to call; undefined while the circuit is open, or while another call is the probe. */
  enter(): Pass | undefined;
  /** Something else has heard of the server: the next call may try it, without waiting for the pause to end. */
  hopeful(): void;
  /** Milliseconds until a call may try it again; 0 when it may now. */
  waitMs(): number;
};

/** Calls in a row that fail before a server is left alone. */
const THRESHOLD = 3;
/** The first pause; each probe that fails doubles it. */
const PAUSE_MS = seconds(5);
const LONGEST_PAUSE_MS = seconds(60);

/** Stops asking a server that fails again and again, so that people get the fallback at once and the server its rest. */
export function createBreaker(now: Clock): Breaker {
  let failures = 0;
  let pause = PAUSE_MS;
  let retryAt: number | null = null;
  let probing = false;

  const state = (): CircuitState => {
    if (retryAt === null) return 'closed';
    return probing || now() >= retryAt ? 'half_open' : 'open';
  };
  const close = (): void => {
    failures = 0;
    pause = PAUSE_MS;
    retryAt = null;
  };
  const open = (): void => {
    if (retryAt !== null) pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    retryAt = now() + pause;
  };

  return {
    state,
    enter() {
      if (retryAt !== null && (probing || now() < retryAt)) return undefined;
      const isProbe = retryAt !== null;
      probing = isProbe;
      let settled = false;
      const settle = (then: () => void) => (): void => {
        if (settled) return;
        settled = true;
        if (isProbe) probing = false;
        then();
      };
      return {
        succeeded: settle(close),
        failed: settle(() => {
          failures += 1;
          // A late failure of a call from before says nothing new about a circuit that is open.
          if (isProbe || (retryAt === null && failures >= THRESHOLD)) open();
        }),
        left: settle(() => undefined),
      };
    },
    hopeful() {
      if (retryAt !== null) retryAt = Math.min(retryAt, now());
    },
    waitMs: () => (retryAt === null ? 0 : Math.max(0, retryAt - now())),
  };
}
