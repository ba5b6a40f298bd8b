import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { whenClosed } from '../http-kit/outflow.ts';
import type { Revocations } from './revocations.ts';

/** A client that does not take the end of its stream is cut off. */
const FAREWELL_MS = 1_000;

/**
 * Ends Server-Sent-Event streams whose session or key was revoked. What writes the stream sees a client that has left, so
 * a generation goes on. `identify` throws an AppError when the request's credential does not hold any more.
 */
export function endRevokedStreams(
  app: FastifyInstance,
  revocations: Revocations,
  identify: (request: FastifyRequest) => Promise<unknown>,
): void {
  app.addHook('preHandler', (request, reply, done) => {
    const { actor } = request;
    if (!actor || (actor.sessionId === null && actor.via !== 'api_key')) return done();
    const leave = revocations.watch({
      sessionId: actor.sessionId,
      identify: () => identify(request),
      isOpen: () => isStream(reply),
      end: () => end(reply),
    });
    whenClosed(reply.raw, leave);
    done();
  });
}

/** Fastify counts an answer that was taken over (`hijack`) as sent, although it goes on. */
const isStream = ({ sent, raw }: FastifyReply): boolean =>
  sent && raw.headersSent && !raw.writableEnded && !raw.destroyed;

function end({ raw }: FastifyReply): void {
  // Its writer may not have heard of the end yet.
  raw.on('error', () => undefined);
  raw.end();
  const late = setTimeout(() => raw.destroy(), FAREWELL_MS).unref();
  whenClosed(raw, () => clearTimeout(late));
}
