import { parentPort, Worker } from 'node:worker_threads';

type Asked = { id: number; request: unknown };
type Answered = { id: number; answer: unknown } | { id: number; error: { message: string; code?: string | undefined } };
type Waiting = { resolve(answer: never): void; reject(error: Error): void };

export type Thread<Request, Answer> = {
  /** Its answer, or an Error with the message and the `code` of what went wrong there. `moved`: these are the thread's from then on. */
  ask(request: Request, moved?: ArrayBuffer[]): Promise<Answer>;
  /** The same for what needs no answer. Requests are taken up in the order in which they are sent. */
  tell(request: Request, moved?: ArrayBuffer[]): void;
  /** Requests that wait for their answer. */
  waiting(): number;
  close(): Promise<void>;
};

/**
 * A worker thread that is begun with the first request, does one thing after the other, and keeps no process alive that waits
 * for nothing of it. `file` is its first module, which calls `answerRequests`, named by a path relative to the module that writes the
 * URL: the bundle follows those. `onLost`: it has died, and what it held with it; the next request begins anew. `idleMs`: after so
 * long without a request it gives its memory back.
 */
export function createThread<Request, Answer>(
  file: URL,
  { name, workerData, onLost, idleMs }: { name: string; workerData?: unknown; onLost?: () => void; idleMs?: number },
): Thread<Request, Answer> {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let closed = false;
  let asked = 0;

  function lost(from: Worker, error: Error): void {
    if (worker !== from) return;
    worker = undefined;
    onLost?.();
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }

  async function end(): Promise<void> {
    clearTimeout(idle);
    const ending = worker;
    if (!ending) return;
    lost(ending, new Error(`The thread that is ${name} is closed.`));
    await ending.terminate();
  }

  function rest(thread: Worker): void {
    thread.unref();
    clearTimeout(idle);
    if (idleMs !== undefined) idle = setTimeout(() => void end(), idleMs).unref();
  }

  function running(): Worker {
    if (closed) throw new Error(`The thread that is ${name} is closed.`);
    clearTimeout(idle);
    if (worker) return worker;
    const started = new Worker(file, { execArgv: [], workerData });
    started.on('message', (message: Answered) => {
      const one = waiting.get(message.id);
      waiting.delete(message.id);
      if (waiting.size === 0) rest(started);
      // A port hands over a thousand messages in one turn of the event loop, and what goes on with each: requests that come
      // one upon the other would let nothing else of the process run. So each goes on in a turn of its own.
      setImmediate(() => {
        if ('answer' in message) one?.resolve(message.answer as never);
        else one?.reject(Object.assign(new Error(message.error.message), { code: message.error.code }));
      });
    });
    started.on('error', (error: Error) => lost(started, error));
    started.on('exit', () => lost(started, new Error(`The thread that is ${name} has ended.`)));
    started.unref();
    worker = started;
    return started;
  }

  return {
    ask(request, moved = []) {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const thread = running();
      asked += 1;
      // Before it is waited for: what cannot be copied is refused here.
      thread.postMessage({ id: asked, request } satisfies Asked, moved);
      waiting.set(asked, { resolve, reject });
      thread.ref();
      return promise;
    },
    tell(request, moved = []) {
      const thread = running();
      thread.postMessage({ id: 0, request } satisfies Asked, moved);
      if (waiting.size === 0) rest(thread);
    },
    waiting: () => waiting.size,
    async close() {
      closed = true;
      await end();
    },
  };
}

/** The thread's side: `work` answers one request after the other. `moved` says what of an answer is handed over and not copied. */
export function answerRequests<Request, Answer>(
  work: (request: Request) => Answer | Promise<Answer>,
  moved: (answer: Answer) => ArrayBuffer[] = () => [],
): void {
  let line: Promise<void> = Promise.resolve();
  parentPort?.on('message', (asked: { id: number; request: Request }) => {
    line = line.then(() => answerOne(asked));
  });

  async function answerOne({ id, request }: { id: number; request: Request }): Promise<void> {
    try {
      const answer = await work(request);
      if (id > 0) parentPort?.postMessage({ id, answer } satisfies Answered, moved(answer));
    } catch (error) {
      if (id === 0) throw error;
      const { message, code } = error as Error & { code?: string };
      parentPort?.postMessage({ id, error: { message, code } } satisfies Answered);
    }
  }
}
