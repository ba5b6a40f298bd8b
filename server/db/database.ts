import { Kysely, type Dialect, type LogEvent } from 'kysely';
import type { Logger } from '../lib/logger.ts';
import type { Engine } from './dialect.ts';
import { mysqlDialect } from './engines/mysql.ts';
import { postgresDialect } from './engines/postgres.ts';
import { sqliteDialect, sqliteReaderDialect } from './engines/sqlite.ts';
import type { DB } from './schema.ts';

export type DatabaseOptions = {
  /** `sqlite:/path/file.db`, `sqlite::memory:`, `postgres://…` or `mysql://…`. */
  url: string;
  /** Connections at most; SQLite has one. */
  poolSize: number;
  /** Milliseconds past which a query is logged. */
  slowQueryMs: number;
  logger: Logger;
};

export type Database = {
  db: Kysely<DB>;
  /**
   * For single questions that may take long, of what is committed. On SQLite, which reads on the thread that asks, a connection in a
   * thread of its own; elsewhere `db` itself.
   */
  reader: Kysely<DB>;
  engine: Engine;
  close(): Promise<void>;
};

/** @throws an Error that names DATABASE_URL when the scheme is none of ours. */
export function engineOf(url: string): Engine {
  if (url.startsWith('sqlite:')) return 'sqlite';
  if (/^postgres(ql)?:/.test(url)) return 'postgres';
  if (/^(mysql|mariadb):/.test(url)) return 'mysql';
  throw new Error('DATABASE_URL: expected sqlite:, postgres:// or mysql://');
}

/**
 * Opens the database; servers are reached at the first query. On SQLite there is one connection, so inside a transaction
 * everything must go through `tx`: a query on `db` would wait for the transaction's end, which waits for it.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const engine = engineOf(options.url);
  const log = slowQueryLog(options);
  const db = new Kysely<DB>({ dialect: dialectFor(engine, options), log });
  const apart = engine === 'sqlite' ? sqliteReaderDialect(pathIn(options.url)) : null;
  const reader = apart ? new Kysely<DB>({ dialect: apart, log }) : db;
  const close = async (): Promise<void> => {
    if (reader !== db) await reader.destroy();
    await db.destroy();
  };
  return { db, reader, engine, close };
}

const pathIn = (url: string): string => url.slice('sqlite:'.length);

function dialectFor(engine: Engine, { url, poolSize }: DatabaseOptions): Dialect {
  if (engine === 'sqlite') return sqliteDialect(pathIn(url));
  return engine === 'postgres' ? postgresDialect(url, poolSize) : mysqlDialect(url, poolSize);
}

const slowQueryLog =
  ({ slowQueryMs, logger }: DatabaseOptions) =>
  (event: LogEvent): void => {
    // Parameters are people's words and are never logged.
    if (event.level === 'query' && event.queryDurationMillis > slowQueryMs) {
      logger.warn({ sql: event.query.sql, duration_ms: Math.round(event.queryDurationMillis) }, 'slow query');
    }
  };
