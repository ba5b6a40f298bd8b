import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';

// Imported as a module, it would bring Node's own `fetch` along, for its types of events: 12 MB that nothing here needs.
const http = process.getBuiltinModule('node:http');

type Upgrade = { socket: Duplex; head: Buffer };

const upgrades = new WeakMap<IncomingMessage, Upgrade & { response: ServerResponse }>();

/**
 * Sends requests that ask for another protocol (WebSocket) through the same hooks and routes as all others, so that a
 * refusal is an ordinary answer. A route that speaks the protocol takes the connection with `takeUpgrade`.
 */
export function routeUpgrades(app: FastifyInstance): void {
  app.server.on('upgrade', (request, socket, head) => {
    const response = new http.ServerResponse(request);
    // Whoever was refused has no use for the connection any more.
    response.shouldKeepAlive = false;
    response.once('finish', () => socket.end());
    socket.on('error', () => socket.destroy());
    // Node types it as any stream; a server of TCP connections gives sockets.
    response.assignSocket(socket as Socket);
    upgrades.set(request, { socket, head, response });
    app.routing(request, response);
  });
}

/** The bare connection of a request that asked for another protocol; null for an ordinary one. Nothing may be answered after this. */
export function takeUpgrade(request: IncomingMessage): Upgrade | null {
  const upgrade = upgrades.get(request);
  if (!upgrade) return null;
  upgrades.delete(request);
  const { socket, head, response } = upgrade;
  response.detachSocket(socket as Socket);
  return { socket, head };
}
