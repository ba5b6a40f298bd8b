import type { FastifyReply } from 'fastify';

/** Text that waits for the end of the tick is written at once when there is this much of it. */
const FLUSH_LENGTH = 64 * 1024;

type Raw = FastifyReply['raw'];

/** Calls when the answer is over: sent, or its client has left. At once where that has been, as nothing says so a second time. */
export const whenClosed = (raw: Raw, listener: () => void): void =>
  void (raw.closed || raw.destroyed ? listener() : raw.once('close', listener));

/** Resolves when the client can take more, or has left. */
export const drained = (raw: Raw): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      raw.off('drain', done);
      raw.off('close', done);
      resolve();
    };
    raw.on('drain', done);
    raw.on('close', done);
    if (raw.destroyed) done();
  });

/**
 * Writes text as one chunk. Node hands a chunk to the system in four pieces, and a stream of words is thousands of chunks. What ends
 * the answer is left to Node. False: the client is slow.
 */
export function writeText(raw: Raw, text: string): boolean {
  if (!raw.chunkedEncoding || text === '') return raw.write(text);
  raw.chunkedEncoding = false;
  const goesOn = raw.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
  raw.chunkedEncoding = true;
  return goesOn;
}

/**
 * Runs work whose answer only this client wants, with a signal that fires when the client leaves. Then there is nobody to
 * answer: what the work throws is dropped, and the result is undefined.
 */
export async function whileConnected<T>(
  reply: FastifyReply,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const { raw } = reply;
  const gone = new AbortController();
  whenClosed(raw, () => {
    if (!raw.writableFinished) gone.abort();
  });
  try {
    return await work(gone.signal);
  } catch (error) {
    if (!gone.signal.aborted) throw error;
    if (!reply.sent) reply.hijack();
    return undefined;
  }
}

type Piece = string | Uint8Array;

/**
 * Writes pieces as they come, all of one tick in one write, and reads no further while the client does not keep up. Nothing
 * is sent before the first piece, so that an error before it is an ordinary answer: it is thrown. A later one is written by `failure`.
 */
export async function sendPieces(
  reply: FastifyReply,
  pieces: AsyncIterable<Piece>,
  { contentType, failure }: { contentType: string; failure: (error: unknown) => string },
): Promise<void> {
  const source = pieces[Symbol.asyncIterator]();
  let next = await source.next();
  reply.hijack();
  const { raw } = reply;
  raw.on('error', () => undefined);
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': contentType,
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  raw.socket?.setNoDelay(true);

  let waiting: Piece[] = [];
  let length = 0;
  let scheduled = false;
  let full = false;
  const isOver = (): boolean => raw.writableEnded || raw.destroyed;

  function flush(): void {
    scheduled = false;
    if (waiting.length === 0) return;
    const bytes = joined(waiting);
    waiting = [];
    length = 0;
    if (!isOver()) full = !(typeof bytes === 'string' ? writeText(raw, bytes) : raw.write(bytes));
  }
  function put(piece: Piece): void {
    waiting.push(piece);
    length += piece.length;
    if (length >= FLUSH_LENGTH) flush();
    else if (!scheduled) {
      scheduled = true;
      setImmediate(flush);
    }
  }

  try {
    for (; !next.done && !isOver(); next = await source.next()) {
      put(next.value);
      if (full) {
        await drained(raw);
        full = false;
      }
    }
    if (!next.done) await source.return?.();
  } catch (error) {
    if (!isOver()) put(failure(error));
  }
  flush();
  if (!isOver()) raw.end();
}

function joined(pieces: readonly Piece[]): Piece {
  const [first = '', ...more] = pieces;
  if (more.length === 0) return first;
  return pieces.every((piece) => typeof piece === 'string')
    ? pieces.join('')
    : Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
}

type Passed = { contentType: string } & (
  { stream: null; bytes: Buffer } | { stream: AsyncIterable<Uint8Array>; bytes: null }
);

/** Sends an answer that another server wrote. */
export async function sendPassed(
  reply: FastifyReply,
  { contentType, stream, bytes }: Passed,
  failure: (error: unknown) => string,
): Promise<FastifyReply> {
  if (stream === null) return reply.type(contentType).send(bytes);
  await sendPieces(reply, stream, { contentType, failure });
  return reply;
}

/** Sends JSON whose form no schema of ours describes. */
export const sendJson = (reply: FastifyReply, value: unknown): FastifyReply =>
  reply.type('application/json; charset=utf-8').send(JSON.stringify(value));
