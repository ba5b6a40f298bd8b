import { Worker } from 'node:worker_threads';
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import { seconds } from '../../lib/clock.ts';

export type ReaderOptions = {
  path: string;
  /** How long a read waits for the file, should it be locked. */
  busyLimitMs: number;
  /** Memory for pages of the file. */
  cacheKib: number;
};
export type ReadRequest = { id: number; sql: string; parameters: readonly unknown[] };
export type ReadAnswer =
  { id: number; rows: unknown[] } | { id: number; error: { message: string; code: string | undefined } };

/** One that has had nothing to read for this long gives its memory back. */
const IDLE_MS = seconds(60);

type Waiting = { resolve(rows: unknown[]): void; reject(error: Error): void };

/**
 * A connection that only reads, in a thread of its own: what takes SQLite long then holds up no event loop. It sees what was committed
 * before it was asked. The thread starts with the first question.
 */
export class SqliteReader implements Driver, DatabaseConnection {
  readonly #options: ReaderOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #asked = 0;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const worker = this.#running();
    this.#asked += 1;
    const id = this.#asked;
    const { promise, resolve, reject } = Promise.withResolvers<unknown[]>();
    this.#waiting.set(id, { resolve, reject });
    worker.ref();
    worker.postMessage({ id, sql, parameters } satisfies ReadRequest);
    return { rows: (await promise) as R[] };
  }

  #running(): Worker {
    clearTimeout(this.#idle);
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./sqlite-reader-worker.ts', import.meta.url), {
      execArgv: [],
      workerData: this.#options,
    });
    worker.on('message', (answer: ReadAnswer) => this.#answered(worker, answer));
    worker.on('error', (error: Error) => this.#lost(worker, error));
    worker.on('exit', () => this.#lost(worker, new Error('The thread that reads the database has ended.')));
    this.#worker = worker;
    return worker;
  }

  #answered(worker: Worker, answer: ReadAnswer): void {
    const asked = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) {
      worker.unref();
      this.#idle = setTimeout(() => void this.#end(), IDLE_MS).unref();
    }
    if ('rows' in answer) asked?.resolve(answer.rows);
    else asked?.reject(Object.assign(new Error(answer.error.message), { code: answer.error.code }));
  }

  #lost(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    if (!worker) return;
    this.#lost(worker, new Error('The database is closed.'));
    await worker.terminate();
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(this);
  }

  releaseConnection(): Promise<void> {
    return Promise.resolve();
  }

  destroy(): Promise<void> {
    return this.#end();
  }

  streamQuery(): never {
    throw readsOnly();
  }

  beginTransaction(): Promise<never> {
    return Promise.reject(readsOnly());
  }

  commitTransaction(): Promise<never> {
    return Promise.reject(readsOnly());
  }

  rollbackTransaction(): Promise<never> {
    return Promise.reject(readsOnly());
  }
}

const readsOnly = (): Error => new Error('This connection answers single questions only.');
