import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import { seconds } from '../../lib/clock.ts';
import { createThread, type Thread } from '../../lib/thread.ts';

export type ReaderOptions = {
  path: string;
  /** How long a read waits for the file, should it be locked. */
  busyLimitMs: number;
  /** Memory for pages of the file. */
  cacheKib: number;
};
export type Read = { sql: string; parameters: readonly unknown[] };

/** One that has had nothing to read for this long gives its memory back. */
const IDLE_MS = seconds(60);
/** Two: what takes long holds up few others. */
const THREADS = 2;

/**
 * Connections that only read, in threads of their own: what takes SQLite long then holds up no event loop. They see what was committed
 * before they were asked. A thread starts with the first question that finds the others busy.
 */
export class SqliteReader implements Driver, DatabaseConnection {
  readonly #threads: readonly Thread<Read, unknown[]>[];

  constructor(options: ReaderOptions) {
    this.#threads = Array.from({ length: THREADS }, () =>
      createThread<Read, unknown[]>(new URL('./sqlite-reader-worker.ts', import.meta.url), {
        name: 'reading the database',
        workerData: options,
        idleMs: IDLE_MS,
      }),
    );
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const freest = this.#threads.reduce((least, each) => (each.waiting() < least.waiting() ? each : least));
    return { rows: (await freest.ask({ sql, parameters })) as R[] };
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

  async destroy(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
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
