import { Worker } from 'node:worker_threads';
import type { ScanAnswer, ScanRequest } from './worker.ts';

type Waiting = { resolve(pairs: Int32Array): void; reject(error: Error): void };

/** The worker thread that holds the codes. `onLost`: it has died and what it held with it; the next call begins anew. */
export function createScanner(onLost: () => void) {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let closed = false;
  let searches = 0;

  function lost(from: Worker, error: Error): void {
    if (worker !== from) return;
    worker = undefined;
    onLost();
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }

  function running(): Worker {
    if (closed) throw new Error('The vectors are closed.');
    if (worker) return worker;
    const started = new Worker(new URL('./worker.ts', import.meta.url), { execArgv: [] });
    started.on('message', ({ id, pairs }: ScanAnswer) => {
      const asked = waiting.get(id);
      waiting.delete(id);
      if (waiting.size === 0) started.unref();
      // A port hands over a thousand messages in one turn of the event loop, and what goes on with each: questions that come
      // one upon the other would let nothing else of the process run. So each goes on in a turn of its own.
      setImmediate(() => asked?.resolve(pairs));
    });
    started.on('error', (error: Error) => lost(started, error));
    started.on('exit', () => lost(started, new Error('The thread that searches vectors has ended.')));
    started.unref();
    worker = started;
    return started;
  }

  const send = (request: ScanRequest, moved: ArrayBuffer[] = []): void => running().postMessage(request, moved);

  return {
    /** The array is the worker's from then on. */
    keep: (handle: number, words: Uint32Array<ArrayBuffer>): void =>
      send({ type: 'keep', handle, words }, [words.buffer]),
    forget: (handles: readonly number[]): void => send({ type: 'forget', handles }),
    search(handles: readonly number[], query: Uint32Array, limit: number): Promise<Int32Array> {
      searches += 1;
      const id = searches;
      const { promise, resolve, reject } = Promise.withResolvers<Int32Array>();
      const thread = running();
      waiting.set(id, { resolve, reject });
      thread.ref();
      thread.postMessage({ type: 'search', id, handles: Int32Array.from(handles), query, limit } satisfies ScanRequest);
      return promise;
    },
    async close(): Promise<void> {
      closed = true;
      await worker?.terminate();
    },
  };
}
