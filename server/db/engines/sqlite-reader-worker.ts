import { parentPort, workerData } from 'node:worker_threads';
import SQLite from 'better-sqlite3';
import type { ReadAnswer, ReadRequest, ReaderOptions } from './sqlite-reader.ts';

const { path, busyLimitMs, cacheKib } = workerData as ReaderOptions;
const sqlite = new SQLite(path, { readonly: true, timeout: busyLimitMs });
for (const pragma of [`cache_size = -${cacheKib}`, 'temp_store = MEMORY']) sqlite.pragma(pragma);
/** What asks here is little and always the same. */
const statements = new Map<string, SQLite.Statement>();

function answer({ id, sql, parameters }: ReadRequest): ReadAnswer {
  try {
    const statement = statements.get(sql) ?? sqlite.prepare(sql);
    statements.set(sql, statement);
    return { id, rows: statement.all(parameters) };
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    return { id, error: { message, code } };
  }
}

parentPort?.on('message', (request: ReadRequest) => parentPort?.postMessage(answer(request)));
