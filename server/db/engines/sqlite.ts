import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import SQLite from 'better-sqlite3';
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Dialect,
  type QueryResult,
  type SqliteDatabase,
  type SqliteStatement,
  type TransactionSettings,
} from 'kysely';
import { isBusy } from '../dialect.ts';

/** Waiting for another process's write: well above any transaction of ours, below what a person waits for. */
const busyLimitMs = 10_000;

/** @param path of the file, or `:memory:`. The directory is made. */
export function sqliteDialect(path: string): Dialect {
  const database = withStatementCache(openSqlite(path));
  const base = new SqliteDialect({ database });
  return {
    createAdapter: () => new TransactionalSqliteAdapter(),
    createDriver: () => new PatientSqliteDriver({ database }),
    createIntrospector: (db) => base.createIntrospector(db),
    createQueryCompiler: () => base.createQueryCompiler(),
  };
}

function openSqlite(path: string): SQLite.Database {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // The time-out is for the pragmas: the first process to come turns the file to WAL while the next waits.
  const sqlite = new SQLite(path, { timeout: busyLimitMs });
  try {
    assertSqliteVersion(sqlite);
    for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON', 'temp_store = MEMORY'])
      sqlite.pragma(pragma);
    // From here on waiting is done by PatientSqliteDriver, which does not hold up the event loop as SQLite's own would.
    sqlite.pragma('busy_timeout = 0');
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/** Preparing takes longer than most queries run; our own are a few hundred. */
const cachedStatements = 500;

/**
 * Keeps prepared statements, the least recently prepared go first. SQLite prepares one anew by itself when the schema has
 * changed. One that is being iterated is given to nobody else.
 */
function withStatementCache(sqlite: SQLite.Database): SqliteDatabase {
  const statements = new Map<string, SQLite.Statement>();
  return {
    close: () => void sqlite.close(),
    prepare(sql) {
      const known = statements.get(sql);
      if (known && !known.busy) return known as unknown as SqliteStatement;
      const statement = sqlite.prepare(sql);
      if (statements.size >= cachedStatements) statements.delete(statements.keys().next().value ?? '');
      statements.set(sql, statement);
      return statement as unknown as SqliteStatement;
    },
  };
}

/** 3.51.3 mends a fault that could lose a WAL's committed pages when it was reset. */
function assertSqliteVersion(sqlite: SQLite.Database): void {
  const { version } = sqlite.prepare('select sqlite_version() as version').get() as { version: string };
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (major * 1e6 + minor * 1e3 + patch < 3_051_003)
    throw new Error(`SQLite ${version} is too old: 3.51.3 or newer is needed.`);
}

/** SQLite can roll DDL back, so all pending migrations are one transaction, which is the lock against other processes too. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/**
 * Transactions take the write lock at their beginning: one that reads first and writes later could not get it once
 * another process has written in between, and no waiting would help.
 */
class PatientSqliteDriver extends SqliteDriver {
  #patient: DatabaseConnection | undefined;

  override async acquireConnection(): Promise<DatabaseConnection> {
    return (this.#patient ??= patient(await super.acquireConnection()));
  }

  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings = {}): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(settings.accessMode === 'read only' ? 'begin' : 'begin immediate'));
  }
}

/** A statement that found the file locked has done nothing, so it is simply run again. */
function patient(connection: DatabaseConnection): DatabaseConnection {
  return {
    streamQuery: (query, chunkSize, options) => connection.streamQuery(query, chunkSize, options),
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const deadline = performance.now() + busyLimitMs;
      for (let pause = 1; ; pause = Math.min(pause * 2, 25)) {
        try {
          return await connection.executeQuery<R>(query);
        } catch (error) {
          if (!isBusy(error) || performance.now() > deadline) throw error;
        }
        await sleep(pause);
      }
    },
  };
}
