import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../lib/errors.ts';
import type { EventBus } from '../platform/events/driver.ts';

export type StreamDeps = {
  events: EventBus;
  /** Of these sessions, those that are still there and whose person may still do things. */
  aliveSessions: (ids: string[]) => Promise<ReadonlySet<string>>;
  everyMs?: number;
};

type Deps = StreamDeps & {
  /** Throws an AppError when the request's credential does not hold any more. */
  identify: (request: FastifyRequest) => Promise<unknown>;
  logger: FastifyBaseLogger;
};

type Open = { request: FastifyRequest; reply: FastifyReply };

/** Sessions that ended in another process, and people who were switched off, are noticed after this long: well within five seconds. */
const EVERY_MS = 2_000;
/** A client that does not take the end of its stream is cut off. */
const FAREWELL_MS = 1_000;

/**
 * Ends Server-Sent-Event streams whose session or key was revoked: at once where it was done in this process, else within moments. What
 * writes the stream sees a client that has left, so a generation goes on.
 */
export function endRevokedStreams(
  app: FastifyInstance,
  { events, aliveSessions, identify, logger, everyMs = EVERY_MS }: Deps,
): void {
  const open = new Set<Open>();

  app.addHook('preHandler', async (request, reply) => {
    const { actor } = request;
    if (!actor || (actor.sessionId === null && actor.via !== 'api_key')) return;
    const entry = { request, reply };
    open.add(entry);
    reply.raw.once('close', () => open.delete(entry));
  });

  const streams = (): Open[] => [...open].filter(isStream);
  const sessionOf = ({ request }: Open): string | null => request.actor?.sessionId ?? null;

  async function look(): Promise<void> {
    const now = streams();
    const ids = [...new Set(now.flatMap((entry) => sessionOf(entry) ?? []))];
    const alive = ids.length ? await aliveSessions(ids) : new Set<string>();
    for (const entry of now) {
      const session = sessionOf(entry);
      if (session === null ? await isRefused(entry.request) : !alive.has(session)) end(entry);
    }
  }

  async function isRefused(request: FastifyRequest): Promise<boolean> {
    try {
      await identify(request);
      return false;
    } catch (error) {
      if (error instanceof AppError && error.status < 500) return true;
      throw error;
    }
  }

  const unsubscribe = events.subscribe('session.revoked', ({ session_id }) => {
    for (const entry of streams()) if (sessionOf(entry) === session_id) end(entry);
  });
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch((err: unknown) => logger.warn({ err }, 'open streams could not be checked for revoked sessions'))
      .finally(() => (looking = false));
  }, everyMs).unref();
  app.addHook('onClose', async () => {
    clearInterval(timer);
    unsubscribe();
  });
}

/** Fastify counts an answer that was taken over (`hijack`) as sent, although it goes on. */
const isStream = ({ reply: { sent, raw } }: Open): boolean =>
  sent && raw.headersSent && !raw.writableEnded && !raw.destroyed;

function end({ reply: { raw } }: Open): void {
  // Its writer may not have heard of the end yet.
  raw.on('error', () => undefined);
  raw.end();
  const late = setTimeout(() => raw.destroy(), FAREWELL_MS).unref();
  raw.once('close', () => clearTimeout(late));
}
