import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SQLite from 'better-sqlite3';
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, type Dialect, type SqliteStatement } from 'kysely';
import { CHECKPOINT_PAGES, createCheckpoints, type Checkpoints } from './checkpoints.ts';
import { SqliteDriver, type SqliteFile } from './sqlite-driver.ts';
import { addFunctions } from './sqlite-functions.ts';
import { SqliteReader } from './sqlite-reader.ts';
import { createWalSync, type WalSync } from './wal-sync.ts';

/** Waiting for another process's write: well above any transaction of ours, below what a person waits for. */
const busyLimitMs = 10_000;

/** @param path of the file, or `:memory:`. The directory is made. */
export function sqliteDialect(path: string): Dialect {
  const database = asFile(...openSqlite(path));
  return {
    createAdapter: () => new OwnSqliteAdapter(),
    createDriver: () => new SqliteDriver(database, busyLimitMs),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** 16 MB: the upper pages of the indexes of a large file, which every question walks through. */
const readerCacheKib = 16_384;

/** The same file, for what takes long to read. Null for `:memory:`, which nothing else can open. */
export function sqliteReaderDialect(path: string): Dialect | null {
  if (path === ':memory:') return null;
  return {
    createAdapter: () => new OwnSqliteAdapter(),
    createDriver: () => new SqliteReader({ path, busyLimitMs, cacheKib: readerCacheKib }),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

type Log = { sync: WalSync; checkpoints: Checkpoints };

/** Null: SQLite itself syncs at each commit, or there is no disk. */
function openSqlite(path: string): [SQLite.Database, Log | null] {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // The time-out is for the pragmas: the first process to come turns the file to WAL while the next waits.
  const sqlite = new SQLite(path, { timeout: busyLimitMs });
  try {
    assertSqliteVersion(sqlite);
    // Some file systems have no WAL.
    const hasLog = sqlite.pragma('journal_mode = WAL', { simple: true }) === 'wal';
    sqlite.pragma(`synchronous = ${hasLog ? 'NORMAL' : 'FULL'}`);
    // What is deleted is overwritten, and does not lie about in the file until its place is needed.
    for (const pragma of ['foreign_keys = ON', 'temp_store = MEMORY', 'secure_delete = ON']) sqlite.pragma(pragma);
    // Its own checkpoints hold up the event loop: they come only where ours, at a quarter of this, cannot keep up.
    sqlite.pragma(`wal_autocheckpoint = ${4 * CHECKPOINT_PAGES}`);
    // From here on waiting is done by the driver, which does not hold up the event loop as SQLite's own would.
    sqlite.pragma('busy_timeout = 0');
    addFunctions(sqlite);
    return [sqlite, hasLog ? { sync: createWalSync(`${path}-wal`), checkpoints: createCheckpoints(sqlite) } : null];
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
function asFile(sqlite: SQLite.Database, log: Log | null): SqliteFile {
  const statements = new Map<string, SQLite.Statement>();
  return {
    get inTransaction() {
      return sqlite.inTransaction;
    },
    synced() {
      log?.checkpoints.committed();
      return log?.sync.synced() ?? Promise.resolve();
    },
    async close() {
      await log?.checkpoints.close();
      await log?.sync.close();
      sqlite.close();
    },
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

/**
 * SQLite can roll DDL back, so all pending migrations are one transaction, which is the lock against other processes too. The
 * driver itself sees to it that one thing runs at a time.
 */
class OwnSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}
