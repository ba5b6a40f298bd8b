import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { livePath } from '../../shared/live-path.ts';
import type { Config } from '../config.ts';
import type { Handshake } from '../features/live/caller.ts';
import { anyone } from '../http-kit/access.ts';
import type { Actor } from '../http-kit/actor.ts';
import { checkOrigin } from '../http-kit/origin-guard.ts';
import type { Door } from '../http-kit/register.ts';
import { routeUpgrades, takeUpgrade } from '../http-kit/upgrade.ts';
import { AppError } from '../lib/errors.ts';

/** What speaks Socket.IO behind the door. The handshake is null for what follows on a transport that was let in. */
export type LiveSockets = {
  request(request: IncomingMessage, response: ServerResponse, handshake: Handshake | null): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, handshake: Handshake | null): void;
  close(): void;
};

export type SocketDeps = {
  sockets: LiveSockets;
  config: Config;
  door: Door;
  byToken(token: string, request: FastifyRequest): Promise<Actor>;
};

/** Handshakes a minute, for a person, or a network where nobody is known yet: an office comes back at once after a restart. */
const HANDSHAKES_PER_MINUTE = 300;

/**
 * Socket.IO behind the same door as the routes: Host, origin lock, Origin, the limit, who it is. It does not go through
 * `registerRoutes`, because its bodies are read by Socket.IO itself, and because whoever is not known yet may say so later.
 */
export function serveSockets(app: FastifyInstance, { sockets, config, door, byToken }: SocketDeps): void {
  routeUpgrades(app);

  async function handshakeOf(request: FastifyRequest, reply: FastifyReply): Promise<Handshake> {
    // Before anybody is signed in by the proxy in front: another site's page must not begin a session.
    if (!carriesToken(request)) checkFrom(request);
    const actor = await identified(request, reply);
    return {
      caller: actor && { actor, identify: () => door.identify(request) },
      async byToken(token) {
        return { actor: await byToken(token, request), identify: () => byToken(token, request) };
      },
    };
  }

  /** A cookie of a session that has ended is as none: a token may still follow. A wrong bearer decides alone, and so does the proxy in front. */
  async function identified(request: FastifyRequest, reply: FastifyReply): Promise<Actor | null> {
    try {
      return await door.identify(request, reply);
    } catch (error) {
      const decides = carriesToken(request) || request.claim !== null;
      if (decides || !(error instanceof AppError) || error.status !== 401) throw error;
      return null;
    }
  }

  const checkFrom = ({ headers, host, protocol }: FastifyRequest): void =>
    checkOrigin(headers, { host, protocol }, config);

  app.route({
    method: ['GET', 'POST'],
    url: livePath,
    config: { access: anyone(), limit: { name: 'sockets', perMinute: HANDSHAKES_PER_MINUTE } },
    schema: { hide: true },
    async onRequest(request, reply) {
      const begins = !('sid' in (request.query as object));
      const handshake = begins ? await handshakeOf(request, reply) : null;
      if (handshake) {
        const limit = { name: 'sockets', perMinute: HANDSHAKES_PER_MINUTE };
        await door.count(request, reply, limit, handshake.caller?.actor ?? null);
      } else if (!carriesToken(request)) checkFrom(request);
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      reply.hijack();
      const upgrade = takeUpgrade(request.raw);
      if (upgrade) sockets.upgrade(request.raw, upgrade.socket, upgrade.head, handshake);
      else sockets.request(request.raw, reply.raw, handshake);
    },
    handler: () => undefined,
  });
  // Sockets would keep the server from closing; their clients come back to whoever answers then.
  app.addHook('preClose', async () => sockets.close());
}

const carriesToken = ({ headers }: FastifyRequest): boolean =>
  headers['x-api-key'] !== undefined || /^\s*bearer\b/i.test(headers.authorization ?? '');
