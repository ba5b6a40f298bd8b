import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import Fastify from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { sendPieces, whileConnected } from './outflow.ts';
import { openEventStream } from './sse.ts';

const PIECE = 'x'.repeat(64 * 1024);
const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A stream without an end, and a client that has asked for it and takes nothing until it is told to. */
async function slowClient() {
  const seen = { made: 0, ended: false };
  async function* pieces(signal: AbortSignal): AsyncGenerator<string> {
    try {
      for (; !signal.aborted; seen.made += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        yield PIECE;
      }
    } finally {
      seen.ended = true;
    }
  }
  const app = Fastify();
  app.get('/', (_, reply) =>
    whileConnected(reply, (signal) =>
      sendPieces(reply, pieces(signal), { contentType: 'text/plain', failure: () => 'failed' }),
    ),
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const socket: Socket = connect(port, '127.0.0.1');
  closing.push(
    () => app.close(),
    () => void socket.destroy(),
  );
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  return { seen, socket };
}

/** Resolves with a number that has not changed for a while. */
async function settled(read: () => number): Promise<number> {
  for (let last = -1; ;) {
    const now = read();
    if (now === last && now > 0) return now;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

it('makes no more than a slow client takes, and goes on when it does', async () => {
  const { seen, socket } = await slowClient();
  const held = await settled(() => seen.made);
  socket.resume();
  await expect.poll(() => seen.made, { timeout: 10_000 }).toBeGreaterThan(held + 100);
});

it('ends the source when the client leaves, also one that had stopped taking', async () => {
  const { seen, socket } = await slowClient();
  await settled(() => seen.made);
  socket.destroy();
  await expect.poll(() => seen.ended, { timeout: 10_000 }).toBe(true);
});

it('throws what fails before the first piece, and writes what fails later', async () => {
  async function* failing(after: number): AsyncGenerator<string> {
    for (let at = 0; at < after; at += 1) yield `${at} `;
    throw new Error('broken');
  }
  const app = Fastify();
  closing.push(() => app.close());
  app.get('/:after', async ({ params }, reply) => {
    const { after } = params as { after: string };
    await sendPieces(reply, failing(Number(after)), { contentType: 'text/plain', failure: () => 'and then it broke' });
    return reply;
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const first = await fetch(`${url}/0`);
  expect([first.status, ((await first.json()) as { message: string }).message]).toEqual([500, 'broken']);
  const later = await fetch(`${url}/2`);
  expect([later.status, await later.text()]).toEqual([200, '0 1 and then it broke']);
});

it('tells of a client that left before anyone asked: work for it ends, and a stream of events is closed', async () => {
  const app = Fastify();
  closing.push(() => app.close());
  const told = { aborted: false, closed: 0, drained: false };
  const { promise: over, resolve } = Promise.withResolvers<void>();
  app.get('/', async (request, reply) => {
    socket.destroy();
    await once(reply.raw, 'close');
    await whileConnected(reply, (signal) => Promise.resolve((told.aborted = signal.aborted)));
    const stream = openEventStream(request, reply);
    stream.onClose(() => (told.closed += 1));
    await stream.drained();
    told.drained = true;
    resolve();
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const socket: Socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await over;
  expect(told).toEqual({ aborted: true, closed: 1, drained: true });
});
