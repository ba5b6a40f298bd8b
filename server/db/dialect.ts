import { sql, type Insertable, type Kysely } from 'kysely';
import type { DB } from './schema.ts';

export type Engine = 'sqlite' | 'postgres' | 'mysql';

type Table = keyof DB;
type Column<T extends Table> = keyof DB[T] & string;
/** A table named at run time is more than the query builder's types can follow; the parameters' types do it instead. */
type AnyTable = { any: Record<string, unknown> };
const into = (db: Kysely<DB>, table: string) => (db as unknown as Kysely<AnyTable>).insertInto(table as 'any');

/**
 * Puts a row, or replaces the columns `changing` where a row with the same `key` is there already. `key` is the primary
 * key or a unique index of the table, and must be the only one that the row can collide with: MySQL takes any.
 */
export const upsert = <T extends Table>(
  db: Kysely<DB>,
  engine: Engine,
  table: T,
  row: Insertable<DB[T]>,
  key: readonly Column<T>[],
  changing: readonly Column<T>[],
): Promise<void> => upsertAll(db, engine, table, [row], key, changing);

/** The same with rows of different keys, one at least, in one statement. */
export async function upsertAll<T extends Table>(
  db: Kysely<DB>,
  engine: Engine,
  table: T,
  rows: readonly Insertable<DB[T]>[],
  key: readonly Column<T>[],
  changing: readonly Column<T>[],
): Promise<void> {
  const given = (column: string) =>
    engine === 'mysql' ? sql`values(${sql.ref(column)})` : sql`${sql.ref(`excluded.${column}`)}`;
  const changes = Object.fromEntries(changing.map((column) => [column, given(column)]));
  const insert = into(db, table).values(rows as Record<string, unknown>[]);
  if (engine === 'mysql') await insert.onDuplicateKeyUpdate(changes).execute();
  else await insert.onConflict((conflict) => conflict.columns([...key]).doUpdateSet(changes)).execute();
}

/** Puts a row unless one of its unique keys is taken. Returns whether it was put; works inside a transaction. */
export async function insertIfAbsent<T extends Table>(
  db: Kysely<DB>,
  engine: Engine,
  table: T,
  row: Insertable<DB[T]>,
): Promise<boolean> {
  const insert = into(db, table).values(row as Record<string, unknown>);
  if (engine !== 'mysql') {
    const { numInsertedOrUpdatedRows } = await insert
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  }
  // `insert ignore` would let pass values that don't fit, too. A failed statement leaves a MySQL transaction usable.
  try {
    await insert.execute();
    return true;
  } catch (error) {
    if (isUniqueViolation(error)) return false;
    throw error;
  }
}

/** What the three drivers tell about an error: `code` is SQLSTATE, a MySQL name, a SQLite name or a system call's; `errno` MySQL's number. */
type DriverError = { code?: unknown; errno?: unknown; constraint?: unknown; message?: unknown };

const read = (error: unknown): { code: string; errno: number; message: string } => {
  const { code, errno, message } = (error ?? {}) as DriverError;
  return {
    code: typeof code === 'string' ? code : '',
    errno: typeof errno === 'number' ? errno : 0,
    message: typeof message === 'string' ? message : '',
  };
};

/** Whether an insert or update failed because a unique key is taken. */
export function isUniqueViolation(error: unknown): boolean {
  const { code, errno } = read(error);
  return (
    code === '23505' || errno === 1062 || code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
  );
}

/** The engine's text about a unique violation, which names the key or its columns. */
export const violatedKey = (error: unknown): string => {
  const { constraint } = (error ?? {}) as DriverError;
  return `${typeof constraint === 'string' ? constraint : ''} ${read(error).message}`;
};

/** Whether SQLite found the file locked by another process. */
export const isBusy = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(read(error).code);

// Deadlock, serialization failure, lock wait that ran out; 1020 is MariaDB's "record has changed since last read".
const conflictStates = new Set(['40001', '40P01', '55P03']);
const conflictNumbers = new Set([1213, 1205, 1020]);

/** Whether the engine gave a transaction up in favour of another: from its beginning, it may well succeed. */
export function isConflict(error: unknown): boolean {
  const { code, errno } = read(error);
  return conflictStates.has(code) || conflictNumbers.has(errno) || isBusy(error);
}

// PostgreSQL: class 08, shut down by the admin, crashed, starting up, too many connections, refused at sign-in.
const lostStates = /^(08...|57P0[123]|53300|28000|28P01|3D000)$/;
// MySQL: too many connections, shutting down, gone away, lost, killed, refused at sign-in.
const lostNumbers = new Set([1040, 1044, 1045, 1049, 1053, 1203, 1226, 1927, 2002, 2003, 2006, 2013, 3169]);
const lostCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'PROTOCOL_CONNECTION_LOST',
  'POOL_CLOSED',
  'SQLITE_CANTOPEN',
]);
const lostMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Can't add new command when connection is in closed state)/;

/** Whether the database could not be reached, went away in the middle, or stayed locked. Only for errors that come from a query. */
export function isConnectionError(error: unknown): boolean {
  const { code, errno, message } = read(error);
  if (isBusy(error)) return true;
  return (
    lostStates.test(code) ||
    lostNumbers.has(errno) ||
    lostCodes.has(code) ||
    code.startsWith('SQLITE_IOERR') ||
    lostMessages.test(message)
  );
}

/**
 * For `lower(column) like lower(…) escape '!'`: text that contains this; only what we put there is a wildcard. The database makes
 * both small: PostgreSQL in the locale C knows no other letters than A to Z, and must still find what is typed as it stands there.
 */
export const containing = (text: string): string => `%${text.replaceAll(/[!%_]/g, '!$&')}%`;

/** Whether the database's disk (or its quota) is full. */
export function isDiskFull(error: unknown): boolean {
  const { code, errno } = read(error);
  return (
    code === 'SQLITE_FULL' ||
    code === '53100' ||
    code === 'ENOSPC' ||
    code === 'EDQUOT' ||
    errno === 1021 ||
    errno === 1114
  );
}
