import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { openDatabase, type Database } from '../server/db/database.ts';
import type { Engine } from '../server/db/dialect.ts';
import { migrate } from '../server/db/migrate.ts';
import type { TestServers } from './global-setup.ts';

/** A database of the test's own. `close` drops it, with every connection that was opened to it. */
export type TestDatabase = Database & {
  url: string;
  /** A further connection (a pool of its own) to the same database, as another process would have. */
  another(): Database;
};

const silent = pino({ level: 'silent' });

const servers = await askForServers();

/** The engines that can be tested on this machine. */
const available: Record<Engine, boolean> = {
  sqlite: true,
  postgres: servers.postgres !== null,
  mysql: servers.mysql !== null,
};

/**
 * The same suite on SQLite, PostgreSQL and MariaDB: `database()` is a fresh, migrated database for the suite, dropped
 * after it. Call it inside tests and hooks, not while the suite is being described.
 */
export function describeEachDatabase(
  name: string,
  suite: (database: () => TestDatabase, engine: Engine) => void,
): void {
  for (const engine of ['sqlite', 'postgres', 'mysql'] as const) {
    describe.runIf(available[engine])(`${name} [${engine}]`, () => {
      let database: TestDatabase | undefined;
      beforeAll(async () => {
        database = await createTestDatabase(engine);
      });
      afterAll(() => database?.close());
      suite(() => {
        if (!database) throw new Error('The database is there inside tests and hooks only.');
        return database;
      }, engine);
    });
  }
}

/** Whether there is such a server on this machine. */
export const isAvailable = (engine: Engine): boolean => available[engine];

/** A fresh database; migrated unless `empty`. */
export async function createTestDatabase(engine: Engine, options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const name = `t_${randomBytes(8).toString('hex')}`;
  const { url, drop } = await makers[engine](name);
  const opened: Database[] = [];
  const another = (): Database => {
    const database = openDatabase({ url, poolSize: 5, slowQueryMs: 60_000, logger: silent });
    opened.push(database);
    return database;
  };
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((database) => database.close()));
    await drop();
  };
  const first = another();
  if (!options.empty) await migrate(first);
  return { ...first, url, another, close };
}

type Made = { url: string; drop(): Promise<void> };

const makers: Record<Engine, (name: string) => Promise<Made>> = {
  sqlite() {
    const folder = mkdtempSync(join(tmpdir(), 'carrel-test-sqlite-'));
    const drop = (): Promise<void> => Promise.resolve(rmSync(folder, { recursive: true, force: true }));
    return Promise.resolve({ url: `sqlite:${join(folder, 'carrel.db')}`, drop });
  },
  async postgres(name) {
    await onPostgres(`create database ${name} encoding 'UTF8' template template0`);
    return { url: withDatabase(servers.postgres, name), drop: () => onPostgres(`drop database ${name} with (force)`) };
  },
  async mysql(name) {
    // Not utf8mb4 on purpose: what we store must not depend on how the database was made.
    await onMysql(`create database ${name} character set latin1`);
    return { url: withDatabase(servers.mysql, name), drop: () => onMysql(`drop database ${name}`) };
  },
};

async function onPostgres(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: servers.postgres ?? '' });
  await client.connect();
  await client.query(statement);
  await client.end();
}

async function onMysql(statement: string): Promise<void> {
  const connection = await createConnection({ uri: servers.mysql ?? '' });
  await connection.query(statement);
  await connection.end();
}

function withDatabase(server: string | null, name: string): string {
  const url = new URL(server ?? '');
  url.pathname = `/${name}`;
  return url.href;
}

async function askForServers(): Promise<TestServers> {
  const response = await fetch(inject('testServersUrl'));
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as TestServers;
}
