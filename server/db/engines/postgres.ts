import { PostgresDialect, type Dialect } from 'kysely';

/** A statement that hangs must not hold a connection for ever. Migrations switch the limits off for their connection. */
export const timeouts = {
  on: `set statement_timeout = '60s'; set lock_timeout = '10s'; set idle_in_transaction_session_timeout = '60s'`,
  off: `set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0`,
};

export const postgresDialect = (url: string, poolSize: number): Dialect =>
  new PostgresDialect({ pool: () => openPool(url, poolSize) });

/** The driver is loaded where it is used: most instances have another database. */
async function openPool(url: string, poolSize: number) {
  const { default: pg } = await import('pg');
  // 64-bit integers and sums come as text by default; ours are times, sizes and counts, far below 2^53.
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, Number);
  types.setTypeParser(pg.types.builtins.NUMERIC, Number);
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    types,
    keepAlive: true,
    // Covers the wait for a free connection too, so that a jam ends in an error and not in silence.
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    // Not sent as start-up parameters: poolers such as PgBouncer refuse those.
    // oxlint-disable-next-line typescript/no-misused-promises -- the pool does wait for it, whatever its types say
    onConnect: async (client) => {
      await client.query(timeouts.on);
    },
  });
  // A connection that the server closes is replaced at a later query. Unheard, the events would end the process: the
  // pool's is about idle connections, the client's about one in use, whose query fails anyway.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    const query = client.query.bind(client) as (...given: unknown[]) => unknown;
    const send = (statement: unknown, values: unknown, ...more: unknown[]): unknown =>
      query(statement, Array.isArray(values) ? values.map(withoutNul) : values, ...more);
    Object.assign(client, { query: send });
  });
  return pool;
}

/** PostgreSQL alone has no NUL in texts: they are kept without it, whether a person sent them or a model wrote them. */
const withoutNul = (value: unknown): unknown =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '') : value;
