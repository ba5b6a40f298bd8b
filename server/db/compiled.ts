import type { Compilable, CompiledQuery, Insertable, Kysely, QueryResult, Updateable } from 'kysely';
import type { DB } from './schema.ts';

// Kysely builds a statement and writes it as SQL in about the time that SQLite then takes to run it. The statements that every
// answer and every sign-in wait for are put together once for each database here, and run again and again with other values.

/** Stands in a query for a value that is given when it is run. Who computes with it would compute with no value, so that throws. */
class Slot {
  readonly key: PropertyKey;
  constructor(key: PropertyKey) {
    this.key = key;
  }
  [Symbol.toPrimitive](): never {
    throw new TypeError(`The query is put together before there is a value of "${String(this.key)}".`);
  }
}

type Values = Readonly<Record<PropertyKey, unknown>>;
type Build<V, O> = (db: Kysely<DB>, values: V) => Compilable<O>;
/** By the adapter: the one thing that a database and its transactions share. */
type Statements = WeakMap<object, CompiledQuery>;

const slots = new Proxy({}, { get: (_, key) => new Slot(key) });

function run<V extends object, O>(
  db: Kysely<DB>,
  statements: Statements,
  build: Build<V, O>,
  values: V,
): Promise<QueryResult<O>> {
  const executor = db.getExecutor();
  let statement = statements.get(executor.adapter);
  if (!statement) statements.set(executor.adapter, (statement = build(db, slots as V).compile()));
  const { sql, query, queryId } = statement;
  const parameters = statement.parameters.map((one) => (one instanceof Slot ? (values as Values)[one.key] : one));
  return executor.executeQuery<O>({ sql, query, queryId, parameters } as CompiledQuery<O>);
}

const countOf = ({ numAffectedRows = 0n }: QueryResult<unknown>): number => Number(numAffectedRows);

/**
 * @param build makes the query of the values, which come as one object. It may put them into the query and do nothing else
 *   with them: where a value decides what the query is (a condition more, an order), there are two queries.
 */
export function compiled<V extends object, O>(build: Build<V, O>) {
  const statements: Statements = new WeakMap();
  const result = (db: Kysely<DB>, values: V): Promise<QueryResult<O>> => run(db, statements, build, values);
  return {
    all: async (db: Kysely<DB>, values: V): Promise<O[]> => (await result(db, values)).rows,
    first: async (db: Kysely<DB>, values: V): Promise<O | undefined> => (await result(db, values)).rows[0],
    /** How many rows were put, changed or deleted. */
    run: async (db: Kysely<DB>, values: V): Promise<number> => countOf(await result(db, values)),
  };
}

type Table = keyof DB;
/** A table named at run time is more than the query builder's types can follow; the parameters' types do it instead. */
const anyOf = (db: Kysely<DB>) => db as unknown as Kysely<{ any: Record<string, unknown> }>;

/** By what is written: as many as the program has sets of columns that it writes together. */
const written = new Map<string, Statements>();

function statementsOf(what: string): Statements {
  const known = written.get(what) ?? new WeakMap<object, CompiledQuery>();
  written.set(what, known);
  return known;
}

const given = (row: Values): string[] => Object.keys(row).filter((column) => row[column] !== undefined);

/** Rows of one statement: few sizes, so that there are few statements. */
const sizeOf = (left: number): number => (left >= 64 ? 64 : Math.min(left, 8));

/** Puts rows, which all have the same columns (it throws where they have not). More than eight are several statements: give it a transaction then. */
export async function insertRows<T extends Table>(
  db: Kysely<DB>,
  table: T,
  rows: readonly Insertable<DB[T]>[],
): Promise<void> {
  const columns = given((rows[0] ?? {}) as Values);
  const alike = (row: Values): boolean =>
    columns.every((column) => row[column] !== undefined) && given(row).length === columns.length;
  if (!(rows as readonly Values[]).every(alike)) throw new TypeError(`Rows of ${table} differ in their columns.`);
  for (let at = 0; at < rows.length;) {
    const some = rows.slice(at, at + sizeOf(rows.length - at)) as Values[];
    at += some.length;
    const rowAt = (values: readonly unknown[], row: number): Values =>
      Object.fromEntries(columns.map((column, index) => [column, values[row * columns.length + index]]));
    await run(
      db,
      statementsOf(`insert ${table} ${some.length} ${columns.join()}`),
      (on, values: readonly unknown[]) =>
        anyOf(on)
          .insertInto(table as 'any')
          .values(some.map((_, row) => rowAt(values, row))),
      some.flatMap((row) => columns.map((column) => row[column])),
    );
  }
}

/** Changes the row with this id, if there is one. */
export async function updateRow<T extends Table>(
  db: Kysely<DB>,
  table: T,
  id: string,
  changes: Updateable<DB[T]>,
): Promise<void> {
  const columns = given(changes);
  await run(
    db,
    statementsOf(`update ${table} ${columns.join()}`),
    (on, values: readonly unknown[]) =>
      anyOf(on)
        .updateTable(table as 'any')
        .set(Object.fromEntries(columns.map((column, index) => [column, values[index]])))
        .where('id', '=', values[columns.length]),
    [...columns.map((column) => (changes as Values)[column]), id],
  );
}
