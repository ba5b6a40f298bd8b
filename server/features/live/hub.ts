import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Server as Engine } from 'engine.io';
import { Server, type Socket } from 'socket.io';
import { modelUsage, userJoin, type LiveEvents } from '../../../shared/api/live.ts';
import { checkAccess, member } from '../../http-kit/access.ts';
import { createMemoryRateLimiter } from '../../http-kit/rate-limit.ts';
import { systemClock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Actor } from '../../http-kit/actor.ts';
import type { Logger } from '../../lib/logger.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { Caller, Handshake } from './caller.ts';
import { createElsewhere } from './elsewhere.ts';
import { forwardEvents, roomsFor } from './forward.ts';
import { createModelUsage } from './model-usage.ts';
import { createPresence } from './presence.ts';

type Outgoing = { [N in keyof LiveEvents]: (event: LiveEvents[N]) => void };
type Incoming = Record<string, (...args: unknown[]) => void>;
type LiveSocket = Socket<Incoming, Outgoing, Record<string, never>, { refused: number }>;

type Deps = {
  events: Pick<EventBus, 'publish' | 'follow'>;
  /** Ends the socket when its credential is revoked; answers the way out. */
  watch(entry: { sessionId: string | null; identify(): Promise<unknown>; isOpen(): boolean; end(): void }): () => void;
  /** Whether there is such a model: what is told to everybody must not be anybody's own words. */
  isModel(actor: Actor, id: string): Promise<boolean>;
  logger: Pick<Logger, 'error'>;
  joinMs?: number;
  graceMs?: number;
  usedMs?: number;
};

/** Who has not said by then who it is, is closed. */
const JOIN_MS = 10_000;
const SOCKETS_PER_USER = 30;
/** Of all sockets that have not said yet who they are. */
const MAX_STRANGERS = 1_000;
/** Bytes: past the first an event is ignored, past the second the connection is closed before it is read. */
const EVENT_BYTES = 4_096;
const MESSAGE_BYTES = 65_536;
const EVENTS_PER_MINUTE = 60;
/** Whoever goes on after so many refusals does not listen. */
const REFUSALS = 100;

/**
 * Socket.IO: tells people what happens to what is theirs, on all their devices, and all members who is here. Each process tells its
 * own sockets what the event bus brings, from whichever process, so that Socket.IO needs no adapter of its own between them.
 */
export function createLiveHub({ events, watch, isModel, logger, joinMs = JOIN_MS, ...times }: Deps) {
  const engine = new Engine({
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: MESSAGE_BYTES,
    cookie: false,
  });
  const io = new Server<Incoming, Outgoing, Record<string, never>, { refused: number }>({ connectTimeout: joinMs });
  io.bind(engine);
  const handshakes = new WeakMap<IncomingMessage, Handshake>();
  /** Who is at a socket that is known, and by what one is known at a socket that is not. */
  const callers = new WeakMap<LiveSocket, Caller>();
  const strangers = new Map<LiveSocket, Handshake>();
  const pace = createMemoryRateLimiter({ perMinute: EVENTS_PER_MINUTE, now: systemClock });
  const members = io.to('members');
  const presence = createPresence({
    onChange: (user_id, online) => void members.emit('presence', { user_id, online }),
    onCount: (count) => void members.emit('user-count', { count }),
    onHere: (user_id, here) => elsewhere.moved(user_id, here),
    ...(times.graceMs !== undefined && { graceMs: times.graceMs }),
  });
  const usage = createModelUsage({
    onChange: (models) => void members.emit('usage', { models }),
    onHere: () => elsewhere.usageChanged(),
    ...(times.usedMs !== undefined && { usedMs: times.usedMs }),
  });
  const elsewhere = createElsewhere({ events, presence, usage });
  const leaveEvents = forwardEvents(events, (room) => ({
    emit: (name, event) => io.to(room).emit(name, ...([event] as never)),
  }));

  io.use((socket, next) => {
    admit(socket).then(
      () => next(),
      (error: unknown) => next(Object.assign(new Error(problemOf(error).message), { data: problemOf(error) })),
    );
  });

  io.on('connection', (socket) => {
    socket.data.refused = 0;
    const caller = callers.get(socket);
    const handshake = handshakes.get(socket.request);
    forgetRequest(socket);
    if (caller) enter(socket, caller);
    else if (handshake) waitForJoin(socket, handshake);
    else socket.disconnect(true);
    socket.use(([name, ...args]) => void hear(socket, name, args).catch((error: unknown) => refuse(socket, error)));
  });

  /** A token decides alone, as a bearer does; without one it is whom the handshake's headers named, or nobody yet. */
  async function admit(socket: LiveSocket): Promise<void> {
    const handshake = handshakes.get(socket.request);
    const { token } = socket.handshake.auth as { token?: unknown };
    const caller = token === undefined ? handshake?.caller : handshake && (await known(handshake, token));
    if (caller) callers.set(socket, admitted(caller));
  }

  const known = (handshake: Handshake, token: unknown): Promise<Caller> => {
    if (typeof token !== 'string' || token === '') throw new AppError('AUTH_REQUIRED');
    return handshake.byToken(token);
  };
  const admitted = (caller: Caller): Caller => {
    checkAccess(member('chat'), caller.actor);
    return caller;
  };

  function enter(socket: LiveSocket, caller: Caller): void {
    const { userId, sessionId } = caller.actor;
    strangers.delete(socket);
    if (!socket.connected) return;
    if (presence.of(userId) >= SOCKETS_PER_USER) {
      refuse(socket, new AppError('RATE_LIMITED', { message: 'Too many connections of yours are open.' }));
      return void socket.disconnect(true);
    }
    callers.set(socket, { actor: caller.actor, identify: notAsked });
    void socket.join(roomsFor(caller.actor));
    const leave = watch({
      sessionId,
      // Behind a session there is nothing else to ask, and what could ask holds the whole request.
      identify: sessionId === null ? caller.identify : notAsked,
      isOpen: () => socket.connected,
      end: () => void socket.disconnect(true),
    });
    presence.enter(userId, socket.id);
    socket.once('disconnect', () => {
      leave();
      usage.end(socket.id);
      presence.leave(userId, socket.id);
    });
    socket.emit('user-count', { count: presence.count });
    socket.emit('usage', { models: usage.models() });
  }

  function waitForJoin(socket: LiveSocket, handshake: Handshake): void {
    if (strangers.size >= MAX_STRANGERS) return void socket.disconnect(true);
    strangers.set(socket, handshake);
    const late = setTimeout(() => strangers.has(socket) && socket.disconnect(true), joinMs).unref();
    socket.once('disconnect', () => {
      clearTimeout(late);
      strangers.delete(socket);
    });
  }

  /** Every event of a client comes here; a function at its end is to be called with the answer. */
  async function hear(socket: LiveSocket, name: string, args: unknown[]): Promise<void> {
    const ack = typeof args.at(-1) === 'function' ? (args.pop() as (answer: unknown) => void) : null;
    if ((await pace.take(socket.id)) > 0) throw new AppError('RATE_LIMITED', { message: 'Too many events.' });
    const [data] = args;
    if (args.length > 1 || sizeOf(data) > EVENT_BYTES) throw new AppError('VALIDATION_FAILED');
    const caller = callers.get(socket);
    if (name === 'user-join') return join(socket, caller, data, ack);
    if (!caller) throw new AppError('AUTH_REQUIRED');
    if (name !== 'usage') throw new AppError('VALIDATION_FAILED', { message: 'There is no such event.' });
    const { model } = parsed(modelUsage, data);
    if (!(await isModel(caller.actor, model))) throw new AppError('MODEL_NOT_FOUND');
    if (socket.connected) usage.begin(socket.id, model);
  }

  async function join(
    socket: LiveSocket,
    before: Caller | undefined,
    data: unknown,
    ack: ((answer: unknown) => void) | null,
  ): Promise<void> {
    if (before) return ack?.({ user_id: before.actor.userId });
    try {
      const handshake = strangers.get(socket);
      const { token } = parsed(userJoin, data).auth;
      if (!handshake) throw new AppError('AUTH_REQUIRED');
      const caller = admitted(await known(handshake, token));
      // Two at once: the first one counts.
      if (!callers.has(socket)) enter(socket, caller);
      ack?.({ user_id: callers.get(socket)?.actor.userId ?? caller.actor.userId });
    } catch (error) {
      refuse(socket, error);
      socket.disconnect(true);
    }
  }

  function refuse(socket: LiveSocket, error: unknown): void {
    const problem = problemOf(error);
    if (problem.code === 'INTERNAL_ERROR') logger.error({ err: error }, 'an event of a socket failed');
    socket.data.refused += 1;
    socket.emit('error', problem);
    if (socket.data.refused > REFUSALS) socket.disconnect(true);
  }

  return {
    request(request: IncomingMessage, response: ServerResponse, handshake: Handshake | null): void {
      if (handshake) handshakes.set(request, handshake);
      engine.handleRequest(request as Parameters<Engine['handleRequest']>[0], response);
    },
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, handshake: Handshake | null): void {
      if (handshake) handshakes.set(request, handshake);
      engine.handleUpgrade(request as Parameters<Engine['handleUpgrade']>[0], socket, head);
    },
    close(): void {
      leaveEvents();
      elsewhere.close();
      presence.close();
      usage.close();
      io.disconnectSockets(true);
      engine.close();
    },
  };
}

const notAsked = (): Promise<never> => Promise.reject(new AppError('INTERNAL_ERROR'));

/** The request that a connection began with, and its headers, are as large as all the rest that an idle one keeps. */
function forgetRequest(socket: LiveSocket): void {
  Object.assign(socket.conn, { request: null });
  Object.assign(socket.handshake, { headers: {}, query: {} });
}

function problemOf(error: unknown): LiveEvents['error'] {
  const known = error instanceof AppError ? error : new AppError('INTERNAL_ERROR', { cause: error });
  return { code: known.code, message: known.message };
}

function parsed<T>(
  schema: { safeParse(data: unknown): { success: true; data: T } | { success: false } },
  data: unknown,
): T {
  const result = schema.safeParse(data);
  if (!result.success) throw new AppError('VALIDATION_FAILED');
  return result.data;
}

/** What came as JSON can be written as JSON; attachments (bytes) are not taken at all. */
function sizeOf(data: unknown): number {
  if (Buffer.isBuffer(data)) return Infinity;
  return JSON.stringify(data)?.length ?? 0;
}
