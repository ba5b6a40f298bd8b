import SQLite from 'better-sqlite3';
import pg from 'pg';

type Table = 'conversations' | 'messages' | 'message_terms';

/** Takes rows of a database that nobody else has open, as fast as the engine can; it is thrown away if this is cut off. */
export type Sink = {
  add(table: Table, row: Record<string, string | number | null>): Promise<void>;
  /** All rows are there, and what an engine knows of them is what it would come to know by itself in time. */
  close(): Promise<void>;
};

export const sinkFor = (url: string): Promise<Sink> =>
  url.startsWith('sqlite:') ? Promise.resolve(sqlite(url.slice('sqlite:'.length))) : postgres(url);

/** One transaction, a row at a time: triggers keep the index, as they always do. */
function sqlite(path: string): Sink {
  const db = new SQLite(path);
  for (const pragma of ['synchronous = OFF', 'foreign_keys = OFF', 'cache_size = -400000']) db.pragma(pragma);
  const statements = new Map<Table, SQLite.Statement>();
  db.exec('begin');
  return {
    add(table, row) {
      let statement = statements.get(table);
      if (!statement) {
        const columns = Object.keys(row);
        statement = db.prepare(
          `insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
        );
        statements.set(table, statement);
      }
      statement.run(Object.values(row));
      return Promise.resolve();
    },
    close() {
      db.exec('commit');
      db.pragma('wal_checkpoint(truncate)');
      db.close();
      return Promise.resolve();
    },
  };
}

const BATCH = 2_000;

/** Many rows a statement. Indexes of messages are made when all are there: one by one, the words alone would take an hour. */
async function postgres(connectionString: string): Promise<Sink> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  // No foreign keys: rows refer to rows of the same batch.
  await client.query(`set session_replication_role = replica; set synchronous_commit = off;
    set maintenance_work_mem = '1GB'; set max_parallel_maintenance_workers = 0`);
  const { rows: indexes } = await client.query<{ name: string; made: string }>(
    `select indexname as name, indexdef as made from pg_indexes
     where tablename in ('messages', 'message_terms') and indexname not like '%pkey'`,
  );
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  const waiting: Record<Table, object[]> = { conversations: [], messages: [], message_terms: [] };
  const flush = async (table: Table): Promise<void> => {
    const rows = waiting[table];
    const [first] = rows;
    if (!first) return;
    waiting[table] = [];
    const columns = Object.keys(first).join(', ');
    await client.query(
      `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1)`,
      [JSON.stringify(rows)],
    );
  };
  return {
    async add(table, row) {
      if (waiting[table].push(row) === BATCH) await flush(table);
    },
    async close() {
      for (const table of ['conversations', 'messages', 'message_terms'] as const) await flush(table);
      for (const { made } of indexes) await client.query(made);
      await client.query('vacuum analyze');
      await client.end();
    },
  };
}
