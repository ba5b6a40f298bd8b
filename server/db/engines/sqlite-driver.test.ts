import SQLite from 'better-sqlite3';
import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, type SqliteStatement } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { isCommitted } from '../transaction.ts';
import { SqliteDriver } from './sqlite-driver.ts';

type Notes = { notes: { id: number; text: string } };

class Adapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/** A database in memory whose disk the test holds in its hand. */
function database() {
  const sqlite = new SQLite(':memory:');
  sqlite.exec('create table notes (id integer primary key, text text not null)');
  const waiting: PromiseWithResolvers<void>[] = [];
  const file = {
    prepare: (sql: string) => sqlite.prepare(sql) as unknown as SqliteStatement,
    get inTransaction() {
      return sqlite.inTransaction;
    },
    synced() {
      const one = Promise.withResolvers<void>();
      waiting.push(one);
      return one.promise;
    },
    close: () => Promise.resolve(void sqlite.close()),
  };
  const db = new Kysely<Notes>({
    dialect: {
      createAdapter: () => new Adapter(),
      createDriver: () => new SqliteDriver(file, 100),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  onTestFinished(() => db.destroy());
  const put = (id: number, on: Kysely<Notes> = db) => on.insertInto('notes').values({ id, text: 'a' }).execute();
  const ids = async (on: Kysely<Notes> = db) =>
    (await on.selectFrom('notes').select('id').execute()).map(({ id }) => id);
  return { db, waiting, put, ids };
}

const turn = () => new Promise(setImmediate);

it('answers a write when it is on the disk, and lets others read and write until then', async () => {
  const { waiting, put, ids } = database();
  const answered: number[] = [];
  const writes = [1, 2].map((id) => put(id).then(() => answered.push(id)));
  await turn();
  expect(await ids()).toEqual([1, 2]);
  expect([waiting.length, answered]).toEqual([2, []]);
  for (const { resolve } of waiting) resolve();
  await Promise.all(writes);
  expect(answered).toEqual([1, 2]);
});

it('tells a writer that the disk has failed', async () => {
  const { waiting, put } = database();
  const write = put(1);
  await turn();
  waiting[0]?.reject(new Error('EIO'));
  await expect(write).rejects.toThrow('EIO');
});

it('says of an error whether it came after the commit', async () => {
  const { db, waiting, put, ids } = database();
  const stored = db.transaction().execute((tx) => put(1, tx));
  await turn();
  waiting[0]?.reject(new Error('EIO'));
  expect(isCommitted(await stored.catch((error: unknown) => error))).toBe(true);
  const refused = db.transaction().execute((tx) => put(1, tx));
  expect(isCommitted(await refused.catch((error: unknown) => error))).toBe(false);
  expect(await ids()).toEqual([1]);
});

it('lets nobody see or write anything between the statements of a transaction, and syncs it once', async () => {
  const { db, waiting, put, ids } = database();
  const inside = Promise.withResolvers<void>();
  const transaction = db.transaction().execute(async (tx) => {
    await put(1, tx);
    await inside.promise;
    await put(2, tx);
  });
  await turn();
  const [seen, other] = [ids(), put(3)];
  await turn();
  expect(waiting).toHaveLength(0);
  inside.resolve();
  expect(await seen).toEqual([1, 2]);
  await turn();
  expect(waiting).toHaveLength(2);
  for (const { resolve } of waiting) resolve();
  await Promise.all([transaction, other]);
});

it('goes on after a transaction that failed, and one that only read syncs nothing', async () => {
  const { db, waiting, put, ids } = database();
  const failed = db.transaction().execute(async (tx) => {
    await put(1, tx);
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect(await db.transaction().execute((tx) => ids(tx))).toEqual([]);
  await db.updateTable('notes').set({ text: 'b' }).where('id', '=', 9).execute();
  expect(waiting).toHaveLength(0);
});
