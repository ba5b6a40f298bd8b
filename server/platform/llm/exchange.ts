import type { Dispatcher } from 'undici';

/** Past this much that nobody has read yet the server is not read any further. */
const HIGH_WATER_BYTES = 256 * 1024;

type Headers = Readonly<Record<string, string | string[] | undefined>>;
type Controller = Dispatcher.DispatchController;
type Piece = IteratorResult<Buffer, undefined>;

const END: Piece = { done: true, value: undefined };

/** Whoever is told of what comes, the moment it does. Exactly one of `end` and `fail` is called, unless the listener has left. */
type PieceListener = {
  /** False: enough for now, until `resume`. */
  piece(bytes: Buffer): boolean;
  end(): void;
  fail(error: unknown): void;
};

export type Pieces = {
  /** What has come already is told at once. */
  listen(listener: PieceListener): void;
  resume(): void;
  /** Nobody listens any more: as leaving the iteration. */
  leave(): void;
};

/**
 * A server's answer as it comes from undici, with no stream object in between: a long answer is thousands of pieces. Either `whole`
 * is called, or the pieces are listened to, or iterated, which costs a promise each. Leaving closes the connection, unless `complete`
 * was set: then what is left is read and dropped, so that the connection can be used again.
 */
export type Answer = AsyncIterableIterator<Buffer, undefined> &
  Pieces & {
    readonly status: number;
    readonly headers: Headers;
    complete: boolean;
    /** All of it, or, where it is longer than `limit` bytes, its beginning. */
    whole(limit: number): Promise<{ bytes: Buffer; whole: boolean }>;
    /** Closes the connection, if it is still needed; who reads is told `error`. */
    destroy(error?: Error): void;
    drain(): void;
    /** Called once, when nothing more will come, for whatever reason. */
    onEnd(listener: () => void): void;
  };

type Options = {
  signal: AbortSignal;
  /** What readers are told instead of undici's error; `midway` once the headers were there. */
  explain: (error: unknown, midway: boolean) => unknown;
  /** How long a finished answer may take to end its response before its connection is given up. */
  drainMs: number;
};

/** Sends a request and resolves with its answer once the headers are there. */
export function exchange(
  pool: Pick<Dispatcher, 'dispatch'>,
  request: Dispatcher.DispatchOptions,
  options: Options,
): Promise<Answer> {
  const handler = new Handler(options);
  pool.dispatch(request, handler);
  return handler.head.promise;
}

class Handler implements Dispatcher.DispatchHandler, Answer {
  readonly head = Promise.withResolvers<Answer>();
  status = 0;
  headers: Headers = {};
  complete = false;
  readonly #options: Options;
  #controller: Controller | undefined;
  #pieces: Buffer[] = [];
  #size = 0;
  #over = false;
  #failure: { error: unknown } | undefined;
  #listener: PieceListener | undefined;
  #reader: PromiseWithResolvers<Piece> | undefined;
  #all: { limit: number; read: PromiseWithResolvers<{ bytes: Buffer; whole: boolean }> } | undefined;
  #dropping = false;
  #onEnd: (() => void) | undefined;

  constructor(options: Options) {
    this.#options = options;
    options.signal.addEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => {
    // What has come and was not read is of no use to anybody any more.
    this.#pieces = [];
    this.#fail(this.#options.signal.reason);
    this.#controller?.abort(new Error('given up'));
  };

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#over) controller.abort(new Error('given up'));
  }

  onResponseStart(_controller: Controller, status: number, headers: Headers): void {
    if (status < 200 || this.#over) return;
    this.status = status;
    this.headers = headers;
    this.head.resolve(this);
  }

  onResponseData(controller: Controller, piece: Buffer): void {
    if (this.#dropping || this.#over) return;
    if (this.#listener) {
      if (!this.#listener.piece(piece)) controller.pause();
      return;
    }
    if (this.#reader) {
      this.#reader.resolve({ done: false, value: piece });
      this.#reader = undefined;
      return;
    }
    this.#pieces.push(piece);
    this.#size += piece.length;
    if (this.#all && this.#size > this.#all.limit) this.destroy();
    else if (!this.#all && this.#size > HIGH_WATER_BYTES) controller.pause();
  }

  onResponseEnd(): void {
    if (this.#over) return;
    this.#finish();
    this.#listener?.end();
    this.#reader?.resolve(END);
    this.#answerWhole(true);
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#fail(this.#options.explain(error, this.status !== 0));
  }

  next(): Promise<Piece> {
    const value = this.#pieces.shift();
    if (value) {
      this.#size -= value.length;
      if (this.#controller?.paused && this.#size <= HIGH_WATER_BYTES / 2) this.#controller.resume();
      return Promise.resolve({ done: false, value });
    }
    if (this.#failure) return Promise.reject(this.#failure.error as Error);
    if (this.#over) return Promise.resolve(END);
    this.#reader = Promise.withResolvers();
    return this.#reader.promise;
  }

  return(): Promise<Piece> {
    this.leave();
    return Promise.resolve(END);
  }

  listen(listener: PieceListener): void {
    this.#listener = listener;
    const pieces = this.#pieces;
    this.#pieces = [];
    let goesOn = true;
    for (const piece of pieces) goesOn = listener.piece(piece);
    if (this.#failure) listener.fail(this.#failure.error);
    else if (this.#over) listener.end();
    else if (goesOn) this.resume();
  }

  resume(): void {
    if (this.#controller?.paused) this.#controller.resume();
  }

  leave(): void {
    if (this.complete) this.drain();
    else this.destroy();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  whole(limit: number): Promise<{ bytes: Buffer; whole: boolean }> {
    const read = Promise.withResolvers<{ bytes: Buffer; whole: boolean }>();
    this.#all = { limit, read };
    if (this.#failure) read.reject(this.#failure.error);
    else if (this.#over) this.#answerWhole(true);
    else if (this.#size > limit) this.destroy();
    else this.#controller?.resume();
    return read.promise;
  }

  destroy(error?: Error): void {
    if (this.#over) return;
    if (error) this.#fail(error);
    else {
      this.#finish();
      this.#reader?.resolve(END);
      this.#answerWhole(false);
    }
    this.#controller?.abort(new Error('given up'));
  }

  drain(): void {
    if (this.#over) return;
    this.#dropping = true;
    this.#pieces = [];
    const giveUp = setTimeout(() => this.destroy(), this.#options.drainMs).unref();
    this.onEnd(() => clearTimeout(giveUp));
    this.#controller?.resume();
  }

  onEnd(listener: () => void): void {
    const before = this.#onEnd;
    this.#onEnd = () => {
      before?.();
      listener();
    };
    if (this.#over) this.#onEnd();
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#failure = { error };
    this.#finish();
    this.head.reject(error);
    this.#listener?.fail(error);
    this.#reader?.reject(error);
    this.#all?.read.reject(error);
  }

  #finish(): void {
    this.#over = true;
    this.#options.signal.removeEventListener('abort', this.#abort);
    this.#onEnd?.();
  }

  #answerWhole(whole: boolean): void {
    const [first, ...more] = this.#pieces;
    // Most answers come in one piece.
    const bytes = first && more.length === 0 ? first : Buffer.concat(this.#pieces);
    this.#all?.read.resolve({ bytes, whole });
  }
}
