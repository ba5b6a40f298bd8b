import { availableParallelism } from 'node:os';
import { minutes } from '../../../../lib/clock.ts';
import { AppError } from '../../../../lib/errors.ts';
import type { Library, Llama, LlamaModel } from './library.ts';

/** A model that nobody asked for so long gives its memory back. */
const IDLE_MS = minutes(10);
/** The threads of one model wait for each other without sleeping, so that one core has to be left to everything else. */
const THREADS = Math.max(1, availableParallelism() - 1);

/**
 * Holds one model in memory at a time and lets one request at a time use it: memory and cores of one machine are what
 * they are, and two generations at once take longer than one after the other.
 */
export function createEngine(load: () => Promise<Library>) {
  let llama: Promise<Llama> | undefined;
  let loaded: { path: string; model: LlamaModel } | undefined;
  let line: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;

  async function start(): Promise<Llama> {
    const { getLlama } = await load();
    try {
      // Only what was made for this machine: nothing is downloaded or compiled by a server that runs.
      return await getLlama({
        gpu: 'auto',
        build: 'never',
        skipDownload: true,
        progressLogs: false,
        logLevel: 'error',
        maxThreads: THREADS,
      });
    } catch (cause) {
      throw new AppError('PROVIDER_UNREACHABLE', {
        message: 'node-llama-cpp has no ready-made binary for this machine. Use Ollama or LM Studio instead.',
        cause,
      });
    }
  }

  const runtime = (): Promise<Llama> => {
    llama ??= start();
    // What failed is tried again the next time.
    llama.catch(() => (llama = undefined));
    return llama;
  };

  async function unload(): Promise<void> {
    const { model } = loaded ?? {};
    loaded = undefined;
    await model?.dispose();
  }

  async function modelAt(path: string, signal: AbortSignal): Promise<LlamaModel> {
    if (loaded?.path === path) return loaded.model;
    const native = await runtime();
    await unload();
    const model = await native.loadModel({ modelPath: path, loadSignal: signal });
    loaded = { path, model };
    return model;
  }

  return {
    runtime,

    /** Waits for its turn, loads the model where it is not there, and works with it. */
    async use<T>(path: string, signal: AbortSignal, work: (model: LlamaModel) => Promise<T>): Promise<T> {
      const before = line;
      const turn = Promise.withResolvers<void>();
      // Who leaves the line does not let the next one in before the one that works is done.
      line = before.then(() => turn.promise);
      try {
        await Promise.race([before, aborted(signal)]);
        signal.throwIfAborted();
        clearTimeout(idle);
        return await work(await modelAt(path, signal));
      } finally {
        clearTimeout(idle);
        idle = setTimeout(() => void (line = line.then(unload).catch(() => undefined)), IDLE_MS).unref();
        turn.resolve();
      }
    },

    async close(): Promise<void> {
      clearTimeout(idle);
      await line;
      await unload();
      await (await llama?.catch(() => undefined))?.dispose();
      llama = undefined;
    },
  };
}

/** Rejects with the reason of an abort. */
function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const leave = (): void => reject(signal.reason as Error);
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  promise.catch(() => undefined);
  return promise;
}
