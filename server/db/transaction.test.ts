import { expect, it } from 'vitest';
import { describeEachDatabase } from '../../test/databases.ts';
import { createTransactor } from './transaction.ts';

describeEachDatabase('transactions', (database, engine) => {
  const put = (key: string, value = 'old') =>
    database().db.insertInto('settings').values({ key, value, updated_at: 1 }).execute();
  const valueOf = async (key: string) =>
    (await database().db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst())?.value;

  it('stores all or nothing', async () => {
    const inTransaction = createTransactor(database());
    const failed = inTransaction(async (tx) => {
      await tx.insertInto('settings').values({ key: 'gone', value: 'a', updated_at: 1 }).execute();
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await valueOf('gone')).toBeUndefined();

    const result = await inTransaction(async (tx) => {
      await tx.insertInto('settings').values({ key: 'kept', value: 'a', updated_at: 1 }).execute();
      return 'done';
    });
    expect([result, await valueOf('kept')]).toEqual(['done', 'a']);
  });

  it('lets processes that read first and write later wait for one another', async () => {
    await put('counter', '0');
    const connections = [database(), database().another(), database().another()];
    const add = createAdder(engine);
    await Promise.all(connections.flatMap((connection) => Array.from({ length: 5 }, () => add(connection))));
    expect(await valueOf('counter')).toBe('15');
  });

  if (engine !== 'sqlite') {
    it('runs again after a deadlock', async () => {
      await put('left');
      await put('right');
      const bothHoldOne = meetingOf(2);
      let runs = 0;
      const cross = (first: string, second: string, value: string) =>
        createTransactor(database())(async (tx) => {
          runs += 1;
          await tx.updateTable('settings').set({ value }).where('key', '=', first).execute();
          await bothHoldOne();
          await tx.updateTable('settings').set({ value }).where('key', '=', second).execute();
        });
      await Promise.all([cross('left', 'right', 'a'), cross('right', 'left', 'b')]);
      // One gives way and runs again; under load the two may meet more than once.
      expect(runs).toBeGreaterThanOrEqual(3);
      expect(await valueOf('left')).toBe(await valueOf('right'));
    });
  }

  it('gives up after a bounded number of attempts', async () => {
    let runs = 0;
    const always = createTransactor(database())(() => {
      runs += 1;
      return Promise.reject(Object.assign(new Error('deadlock'), { code: '40P01' }));
    });
    await expect(always).rejects.toThrow('deadlock');
    expect(runs).toBe(5);
  });
});

const createAdder =
  (engine: string) =>
  (connection: Parameters<typeof createTransactor>[0]): Promise<void> =>
    createTransactor(connection)(async (tx) => {
      const row = tx.selectFrom('settings').select('value').where('key', '=', 'counter');
      // SQLite's transactions are alone from their beginning; the others lock the row.
      const { value } = await (engine === 'sqlite' ? row : row.forUpdate()).executeTakeFirstOrThrow();
      await tx
        .updateTable('settings')
        .set({ value: String(Number(value) + 1) })
        .where('key', '=', 'counter')
        .execute();
    });

/** The first `size` callers wait for one another; later ones pass. */
function meetingOf(size: number): () => Promise<void> {
  let missing = size;
  let open = (): void => undefined;
  const met = new Promise<void>((resolve) => (open = resolve));
  return () => {
    missing -= 1;
    if (missing <= 0) open();
    return met;
  };
}
