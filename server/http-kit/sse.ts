import type { FastifyReply, FastifyRequest } from 'fastify';
import { drained, whenClosed, writeText } from './outflow.ts';

/** Proxies and browsers give up on a silent stream; the contract says every 15 s. */
const PING_MS = 15_000;

export type EventStream = {
  /** Writes text as it is. False: the client is slow; write no more until `drained`. */
  write(text: string): boolean;
  /** Resolves when the client can take more, or has left. */
  drained(): Promise<void>;
  /** Called once, when the client leaves or the stream has ended; at once where that has been. */
  onClose(listener: () => void): void;
  end(): void;
  readonly closed: boolean;
};

/** Takes the reply over as `text/event-stream` (WHATWG Server-Sent Events), with a comment line every 15 s. */
export function openEventStream(request: FastifyRequest, reply: FastifyReply): EventStream {
  reply.hijack();
  const { raw } = reply;
  const { socket } = request.raw;
  socket.setNoDelay(true);
  // The headers leave at once, together with what there is to say already.
  socket.cork();
  process.nextTick(() => socket.uncork());
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  raw.flushHeaders();
  const ping = setInterval(() => writeText(raw, ': \n\n'), PING_MS);
  whenClosed(raw, () => clearInterval(ping));
  return {
    write: (text) => writeText(raw, text),
    drained: () => drained(raw),
    onClose: (listener) => whenClosed(raw, listener),
    end: () => void raw.end(),
    get closed() {
      return raw.closed || raw.destroyed;
    },
  };
}
