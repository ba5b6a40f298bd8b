import type { FastifyBaseLogger } from 'fastify';
import { AppError } from '../lib/errors.ts';
import type { EventBus } from '../platform/events/driver.ts';

export type RevocationDeps = {
  events: Pick<EventBus, 'follow'>;
  /** Of these sessions, those that are still there and whose person may still do things. */
  aliveSessions: (ids: string[]) => Promise<ReadonlySet<string>>;
  logger: Pick<FastifyBaseLogger, 'warn'>;
  everyMs?: number;
};

/** Something open that lives by a credential: a stream, a socket. */
export type Watched = {
  /** The session behind it; null for an API key. */
  sessionId: string | null;
  /** Asks anew who it is, where there is no session. Throws an AppError when the credential does not hold any more. */
  identify(): Promise<unknown>;
  /** Whether there is anything to end at the moment. */
  isOpen(): boolean;
  end(): void;
};

export type Revocations = {
  /** Watches until the way out is taken. */
  watch(entry: Watched): () => void;
  close(): void;
};

/** What ended in another process that could not say so is noticed after this long: well within five seconds. */
const EVERY_MS = 2_000;

/** Ends what is open once its session or key was revoked: at once where it was done in this process or one that is heard, else within moments. */
export function createRevocations({ events, aliveSessions, logger, everyMs = EVERY_MS }: RevocationDeps): Revocations {
  const watched = new Set<Watched>();
  const open = (): Watched[] => [...watched].filter((entry) => entry.isOpen());

  async function look(): Promise<void> {
    const now = open();
    const ids = [...new Set(now.flatMap(({ sessionId }) => sessionId ?? []))];
    const alive = ids.length ? await aliveSessions(ids) : new Set<string>();
    for (const entry of now) {
      if (entry.sessionId === null ? await isRefused(entry) : !alive.has(entry.sessionId)) entry.end();
    }
  }

  const unsubscribe = events.follow('session.revoked', ({ session_id }) => {
    for (const entry of open()) if (entry.sessionId === session_id) entry.end();
  });
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch((err: unknown) => logger.warn({ err }, 'open connections could not be checked for revoked sessions'))
      .finally(() => (looking = false));
  }, everyMs).unref();

  return {
    watch(entry) {
      watched.add(entry);
      return () => void watched.delete(entry);
    },
    close() {
      clearInterval(timer);
      unsubscribe();
    },
  };
}

async function isRefused({ identify }: Watched): Promise<boolean> {
  try {
    await identify();
    return false;
  } catch (error) {
    if (error instanceof AppError && error.status < 500) return true;
    throw error;
  }
}
