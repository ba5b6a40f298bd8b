import { MysqlDialect, type Dialect } from 'kysely';

/**
 * Whatever the server's defaults are: refuse what does not fit a column instead of cutting it, keep backslash escapes on
 * (the client's quoting of parameters counts on them), and read what is committed, as PostgreSQL does.
 */
const session = [
  `set session sql_mode = 'STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
    session time_zone = '+00:00', session innodb_lock_wait_timeout = 10`,
  'set session transaction isolation level read committed',
];

/** A recursive query follows a conversation from its end, and one may be longer than 1,000 messages. Each server knows one of these. */
const recursion = ['set session max_recursive_iterations = 1000000', 'set session cte_max_recursion_depth = 1000000'];

export const mysqlDialect = (url: string, poolSize: number): Dialect =>
  new MysqlDialect({ pool: () => openPool(url, poolSize) });

/** The driver is loaded where it is used: most instances have another database. */
async function openPool(url: string, poolSize: number) {
  const { createPool } = await import('mysql2');
  const pool = createPool({
    uri: url.replace(/^mariadb:/, 'mysql:'),
    connectionLimit: poolSize,
    // Idle connections are given back long before the server's wait_timeout would cut them.
    maxIdle: Math.min(poolSize, 2),
    idleTimeout: 60_000,
    connectTimeout: 10_000,
    charset: 'utf8mb4',
    timezone: 'Z',
    // 64-bit integers and sums as numbers; ours are far below 2^53.
    supportBigNumbers: true,
    decimalNumbers: true,
    // An object given as a value is text, never `column = value`.
    stringifyObjects: true,
  });
  pool.on('connection', (connection) => {
    // Sent before the first query of the connection; one that could not be set up must not be used.
    for (const statement of session) {
      connection.query(statement, (error) => {
        if (error) connection.destroy();
      });
    }
    for (const statement of recursion) connection.query(statement, () => undefined);
  });
  return pool;
}
