import { workerData } from 'node:worker_threads';
import SQLite from 'better-sqlite3';
import { answerRequests } from '../../lib/thread.ts';
import { addFunctions } from './sqlite-functions.ts';
import type { Read, ReaderOptions } from './sqlite-reader.ts';

/** Statements of a search differ by what is looked for. */
const cachedStatements = 100;

const { path, busyLimitMs, cacheKib } = workerData as ReaderOptions;
const sqlite = new SQLite(path, { readonly: true, timeout: busyLimitMs });
for (const pragma of [`cache_size = -${cacheKib}`, 'temp_store = MEMORY']) sqlite.pragma(pragma);
addFunctions(sqlite);
const statements = new Map<string, SQLite.Statement>();

answerRequests(({ sql, parameters }: Read) => {
  const known = statements.get(sql);
  if (known) return known.all(parameters);
  const statement = sqlite.prepare(sql);
  if (statements.size >= cachedStatements) statements.delete(statements.keys().next().value ?? '');
  statements.set(sql, statement);
  return statement.all(parameters);
});
