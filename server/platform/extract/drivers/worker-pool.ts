import { Worker } from 'node:worker_threads';
import { minutes, seconds } from '../../../lib/clock.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Logger } from '../../../lib/logger.ts';
import { NotTheFile, type Extraction, type ExtractionProgress, type TextExtractor } from '../driver.ts';
import { formats } from './formats/index.ts';
import { textTypes, type WorkerMessage, type WorkerTask } from './protocol.ts';

export type TextExtractorOptions = {
  /** Files read at once; 1. */
  workers?: number;
  /** Of one worker, buffers included; past it the file is given up. 512. */
  memoryMb?: number;
  /** Between two signs of progress; a minute. */
  timeoutMs?: number;
  /** For one file, however much there is to read from pictures; half an hour. */
  totalMs?: number;
  logger: Logger;
};

/** A worker that has had nothing to do for this long gives its memory back. */
const idleMs = seconds(60);
const memoryCheckMs = 50;
const tooBig = 'The file needs more memory than it may take. Split it and upload the parts.';
const tooSlow = 'Reading the file took too long. Split it and upload the parts.';

/**
 * Reads documents, mails, web pages, pictures and plain text in worker threads, started when there is something to read. A worker that exceeds
 * a limit, crashes or is not wanted any more is ended and replaced at the next file; the process goes on.
 */
export function createTextExtractor({
  workers = 1,
  memoryMb = 512,
  timeoutMs = seconds(60),
  totalMs = minutes(30),
  logger,
}: TextExtractorOptions): TextExtractor {
  const idle = new Map<Worker, NodeJS.Timeout>();
  const running = new Set<Promise<unknown>>();
  const waiting = new Set<() => void>();
  const closing = new AbortController();
  let busy = 0;

  const start = (): Worker => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      execArgv: [],
      // Taken off our own: libraries that read hostile files like to talk.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    // One that is being ended may still have something to say; unheard, an error would end the process.
    worker.on('error', () => undefined);
    worker.stdout.resume();
    worker.stderr.resume();
    return worker;
  };

  const take = (): Worker => {
    const [found] = idle.entries();
    if (!found) return start();
    const [worker, timer] = found;
    clearTimeout(timer);
    worker.off('exit', forget);
    idle.delete(worker);
    worker.ref();
    return worker;
  };

  function forget(this: Worker): void {
    clearTimeout(idle.get(this));
    idle.delete(this);
  }

  const giveBack = (worker: Worker): void => {
    worker.on('exit', forget);
    worker.unref();
    idle.set(worker, setTimeout(() => void worker.terminate(), idleMs).unref());
  };

  /** Resolves when there is room for one more; the caller then counts as busy until it releases. */
  const acquire = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    if (busy < workers) {
      busy += 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = (): void => {
      waiting.delete(resolve);
      reject(signal.reason as Error);
    };
    waiting.add(resolve);
    signal.addEventListener('abort', onAbort, { once: true });
    await promise.finally(() => signal.removeEventListener('abort', onAbort));
  };

  const release = (): void => {
    const [next] = waiting;
    if (!next) return void (busy -= 1);
    waiting.delete(next);
    next();
  };

  const readWith = async (
    task: WorkerTask,
    signal: AbortSignal,
    progress: ExtractionProgress,
  ): Promise<Extraction | Uint8Array> => {
    await acquire(signal);
    try {
      signal.throwIfAborted();
      const worker = take();
      try {
        const result = await read(worker, task, { signal, progress, memoryMb, timeoutMs, totalMs, logger });
        giveBack(worker);
        return result;
      } catch (error) {
        await worker.terminate();
        throw error;
      }
    } finally {
      release();
    }
  };

  const tracked = async (
    task: WorkerTask,
    signal: AbortSignal,
    progress: ExtractionProgress,
  ): Promise<Extraction | Uint8Array> => {
    const work = readWith(task, AbortSignal.any([signal, closing.signal]), progress);
    running.add(work);
    try {
      return await work;
    } finally {
      running.delete(work);
    }
  };

  return {
    contentTypes: new Set([...Object.keys(formats), ...textTypes]),
    // Each kind of task has its own kind of answer.
    extract: (file, signal, progress) =>
      tracked({ path: file.path, contentType: file.contentType }, signal, progress) as Promise<Extraction>,
    picture: (file, signal) => tracked(file, signal, () => undefined) as Promise<Uint8Array>,
    async close() {
      closing.abort(new AppError('SHUTTING_DOWN'));
      await Promise.allSettled(running);
      await Promise.all([...idle.keys()].map((worker) => worker.terminate()));
    },
  };
}

type ReadOptions = {
  signal: AbortSignal;
  progress: ExtractionProgress;
  memoryMb: number;
  timeoutMs: number;
  totalMs: number;
  logger: Logger;
};

/** One file in one worker. Rejects when a limit is passed; the worker may then still be at it and has to be ended. */
async function read(
  worker: Worker,
  task: WorkerTask,
  { signal, progress, memoryMb, timeoutMs, totalMs, logger }: ReadOptions,
): Promise<Extraction | Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Extraction | Uint8Array>();
  const giveUp = (message: string, cause?: unknown): void =>
    reject(new AppError('FILE_UNREADABLE', { message, cause: new NotTheFile(message, { cause }) }));
  const silence = setTimeout(() => giveUp(tooSlow), timeoutMs);
  const onMessage = (message: WorkerMessage): void => {
    if (message.type === 'progress') {
      silence.refresh();
      progress(message.done, message.total);
    } else if (message.type === 'done') resolve(message.result);
    else {
      logger.debug({ code: message.code, reason: message.reason }, 'a file could not be read');
      const cause = message.sound ? new NotTheFile(message.reason) : undefined;
      reject(new AppError(message.code, { message: message.message, cause }));
    }
  };
  const onError = (error: Error): void => {
    if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') return giveUp(tooBig, error);
    logger.warn({ err: error }, 'a reading worker failed');
    reject(new AppError('FILE_UNREADABLE', { cause: new NotTheFile('the worker failed', { cause: error }) }));
  };
  const onExit = (): void => reject(new AppError('FILE_UNREADABLE', { cause: new NotTheFile('the worker ended') }));
  const onAbort = (): void => reject(signal.reason as Error);

  worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  signal.addEventListener('abort', onAbort, { once: true });
  const total = setTimeout(() => giveUp(tooSlow), totalMs);
  // The limits of a worker count its heap alone; what hostile files blow up are buffers outside of it.
  const watch = setInterval(() => {
    worker.getHeapStatistics().then(
      ({ external_memory, used_heap_size }) => {
        if (external_memory + used_heap_size > memoryMb * 1024 * 1024) giveUp(tooBig);
      },
      () => undefined,
    );
  }, memoryCheckMs);
  try {
    worker.postMessage(task);
    return await promise;
  } finally {
    clearTimeout(silence);
    clearTimeout(total);
    clearInterval(watch);
    signal.removeEventListener('abort', onAbort);
    worker.off('message', onMessage).off('error', onError).off('exit', onExit);
  }
}
