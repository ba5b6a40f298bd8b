import { setTimeout as sleep } from 'node:timers/promises';
import type {
  CompiledQuery,
  DatabaseConnection,
  Driver,
  QueryResult,
  SqliteDatabase,
  TransactionSettings,
} from 'kysely';
import { isBusy } from '../dialect.ts';
import { markCommitted } from '../transaction.ts';

/** What the driver needs of an open file. */
export type SqliteFile = Pick<SqliteDatabase, 'prepare'> & {
  /** Whether a transaction is open: some errors end it. */
  readonly inTransaction: boolean;
  /** Resolves when what was committed until now is on the disk. */
  synced(): Promise<void>;
  close(): Promise<void>;
};

/** Changes of rows, which may have found none. Everything else that is no reading counts as a write. */
const changesRows = /^\s*(?:insert|update|delete)\b/i;

/**
 * One connection for all. Statements run at once; only a transaction makes the others wait. A write resolves when it is on the
 * disk, and holds nobody up until then: the next one is committed meanwhile, and both are synced together.
 *
 * Transactions take the write lock at their beginning: one that reads first and writes later could not get it once another
 * process has written in between, and no waiting would help.
 */
export class SqliteDriver implements Driver {
  readonly #file: SqliteFile;
  readonly #busyLimitMs: number;
  readonly #idle: SqliteConnection[] = [];
  readonly #turn = createTurn();

  /** @param busyLimitMs how long to wait for another process's write. */
  constructor(file: SqliteFile, busyLimitMs: number) {
    this.#file = file;
    this.#busyLimitMs = busyLimitMs;
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  acquireConnection(): Promise<SqliteConnection> {
    return Promise.resolve(this.#idle.pop() ?? new SqliteConnection(this.#file, this.#turn, this.#busyLimitMs));
  }

  async releaseConnection(connection: SqliteConnection): Promise<void> {
    await connection.leaveTransaction();
    this.#idle.push(connection);
  }

  beginTransaction(connection: SqliteConnection, settings: TransactionSettings = {}): Promise<void> {
    return connection.begin(settings.accessMode === 'read only' ? 'begin' : 'begin immediate');
  }

  commitTransaction(connection: SqliteConnection): Promise<void> {
    return connection.commit();
  }

  rollbackTransaction(connection: SqliteConnection): Promise<void> {
    return connection.leaveTransaction();
  }

  destroy(): Promise<void> {
    return this.#file.close();
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #file: SqliteFile;
  readonly #turn: Turn;
  readonly #busyLimitMs: number;
  #inTransaction = false;
  #wrote = false;

  constructor(file: SqliteFile, turn: Turn, busyLimitMs: number) {
    this.#file = file;
    this.#turn = turn;
    this.#busyLimitMs = busyLimitMs;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#inTransaction) return this.#patiently<R>(sql, parameters);
    if (!this.#turn.tryTake()) await this.#turn.take();
    let result: QueryResult<R>;
    try {
      const soon = this.#now<R>(sql, parameters);
      result = soon ?? (await this.#patiently<R>(sql, parameters));
    } finally {
      this.#turn.pass();
    }
    if (this.#wrote) await this.#kept();
    return result;
  }

  /** Nobody else runs anything meanwhile: SQLite lets a connection do one thing at a time. */
  async *streamQuery<R>({ sql, parameters }: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    if (!this.#inTransaction) await this.#turn.take();
    try {
      for (const row of this.#file.prepare(sql).iterate(parameters)) yield { rows: [row as R] };
    } finally {
      if (!this.#inTransaction) this.#turn.pass();
    }
  }

  async begin(sql: string): Promise<void> {
    await this.#turn.take();
    try {
      await this.#patiently(sql, []);
      this.#inTransaction = true;
      this.#wrote = false;
    } catch (error) {
      this.#turn.pass();
      throw error;
    }
  }

  async commit(): Promise<void> {
    const wrote = this.#wrote;
    await this.#patiently('commit', []);
    this.#wrote = wrote;
    this.#inTransaction = false;
    this.#turn.pass();
    if (wrote) await this.#kept();
  }

  /** Gives up what is not committed. Does nothing outside of a transaction. */
  async leaveTransaction(): Promise<void> {
    if (!this.#inTransaction) return;
    try {
      if (this.#file.inTransaction) await this.#patiently('rollback', []);
    } finally {
      this.#inTransaction = false;
      this.#wrote = false;
      this.#turn.pass();
    }
  }

  async #kept(): Promise<void> {
    this.#wrote = false;
    try {
      await this.#file.synced();
    } catch (error) {
      markCommitted(error);
      throw error;
    }
  }

  /** A statement that found the file locked has done nothing, so it is simply run again. */
  async #patiently<R>(sql: string, parameters: readonly unknown[]): Promise<QueryResult<R>> {
    const deadline = performance.now() + this.#busyLimitMs;
    for (let pause = 1; ; pause = Math.min(pause * 2, 25)) {
      const result = this.#now<R>(sql, parameters, performance.now() > deadline);
      if (result) return result;
      await sleep(pause);
    }
  }

  /** Null where the file was locked; `last` throws then, too. */
  #now<R>(sql: string, parameters: readonly unknown[], last = false): QueryResult<R> | null {
    try {
      const statement = this.#file.prepare(sql);
      if (statement.reader) return { rows: statement.all(parameters) as R[] };
      const { changes, lastInsertRowid } = statement.run(parameters);
      if (Number(changes) > 0 || !changesRows.test(sql)) this.#wrote = true;
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    } catch (error) {
      if (last || !isBusy(error)) throw error;
      return null;
    }
  }
}

type Turn = {
  /** Takes the turn if it is free now. */
  tryTake(): boolean;
  take(): Promise<void>;
  pass(): void;
};

/** One at a time, in the order of asking. */
function createTurn(): Turn {
  const waiting: (() => void)[] = [];
  let taken = false;
  const tryTake = (): boolean => !taken && (taken = true);
  return {
    tryTake,
    take: () => (tryTake() ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    pass() {
      const next = waiting.shift();
      if (next) next();
      else taken = false;
    },
  };
}
