import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { describeEachDatabase } from '../../test/databases.ts';
import {
  insertIfAbsent,
  isConflict,
  isConnectionError,
  isDiskFull,
  isUniqueViolation,
  upsert,
  violatedKey,
} from './dialect.ts';
import { createTransactor } from './transaction.ts';

describeEachDatabase('dialect', (database, engine) => {
  const setting = (key: string, value: string) => ({ key, value, updated_at: 1 });
  const valueOf = async (key: string) =>
    (await database()
      .db.selectFrom('settings')
      .select(['value', 'updated_at'])
      .where('key', '=', key)
      .executeTakeFirst()) ?? null;

  it('upserts: puts, then replaces the named columns alone', async () => {
    const { db } = database();
    await upsert(db, engine, 'settings', setting('up', 'one'), ['key'], ['value']);
    expect(await valueOf('up')).toEqual({ value: 'one', updated_at: 1 });
    await upsert(db, engine, 'settings', { key: 'up', value: 'two', updated_at: 2 }, ['key'], ['value']);
    expect(await valueOf('up')).toEqual({ value: 'two', updated_at: 1 });
  });

  it('inserts if absent, and a transaction goes on after it was not', async () => {
    const inTransaction = createTransactor(database());
    const put = await inTransaction(async (tx) => [
      await insertIfAbsent(tx, engine, 'settings', setting('first', 'a')),
      await insertIfAbsent(tx, engine, 'settings', setting('first', 'b')),
      await insertIfAbsent(tx, engine, 'settings', setting('second', 'c')),
    ]);
    expect(put).toEqual([true, false, true]);
    expect([await valueOf('first'), await valueOf('second')]).toMatchObject([{ value: 'a' }, { value: 'c' }]);
  });

  it('does not take another fault for a row that is there', async () => {
    const row = { key: 'wrong', value: null as unknown as string, updated_at: 1 };
    await expect(insertIfAbsent(database().db, engine, 'settings', row)).rejects.toThrow(/null/i);
  });

  it('knows a unique violation and its key', async () => {
    const { db } = database();
    await db.insertInto('settings').values(setting('taken', 'a')).execute();
    const error: unknown = await db
      .insertInto('settings')
      .values(setting('taken', 'b'))
      .execute()
      .catch((reason: unknown) => reason);
    expect(isUniqueViolation(error)).toBe(true);
    expect(violatedKey(error)).toMatch(engine === 'mysql' ? /PRIMARY/ : /settings/);
    const syntax: unknown = await sql`selec`.execute(db).catch((reason: unknown) => reason);
    expect([isUniqueViolation(syntax), isConnectionError(syntax), isDiskFull(syntax), isConflict(syntax)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  if (engine === 'sqlite') {
    it('knows a full disk', async () => {
      const { db } = database().another();
      const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db);
      await sql.raw(`pragma max_page_count = ${rows[0]?.page_count ?? 0}`).execute(db);
      const error: unknown = await db
        .insertInto('settings')
        .values(setting('large', 'x'.repeat(1_000_000)))
        .execute()
        .catch((reason: unknown) => reason);
      expect(isDiskFull(error), String(error)).toBe(true);
    });
  }
});

describe('faults', () => {
  it.each([{ code: '53100' }, { errno: 1114, code: 'ER_RECORD_FILE_FULL' }, { errno: 1021 }, { code: 'ENOSPC' }])(
    '%j is a full disk',
    (error) => {
      expect(isDiskFull(error)).toBe(true);
    },
  );

  it.each([
    { code: '57P01' },
    { code: '08006' },
    { errno: 1040 },
    { code: 'ECONNREFUSED' },
    { code: 'SQLITE_BUSY' },
    new Error('Connection terminated unexpectedly'),
  ])('%j means that the database is away', (error) => {
    expect(isConnectionError(error)).toBe(true);
  });

  it.each([undefined, null, 'text', new Error('x'), { code: '22001' }, { code: 'ENOENT' }])(
    '%j is none of them',
    (error) => {
      expect([isConnectionError(error), isDiskFull(error), isConflict(error), isUniqueViolation(error)]).toEqual([
        false,
        false,
        false,
        false,
      ]);
    },
  );
});
