import { describe, expect, it } from 'vitest';
import { describeEachDatabase } from '../../test/databases.ts';
import { createTogether } from './together.ts';
import { createTransactor, markCommitted, type InTransaction } from './transaction.ts';

describeEachDatabase('transactions that share a commit', (database) => {
  /** Keeps a value, and waits for others to come meanwhile. */
  const keep =
    (key: string, failing = false): Parameters<InTransaction>[0] =>
    async (tx) => {
      await tx.insertInto('settings').values({ key, value: key, updated_at: 1 }).execute();
      if (failing) throw new Error(`not ${key}`);
      return key;
    };
  const kept = async (like: string): Promise<string[]> =>
    (
      await database().db.selectFrom('settings').select('key').where('key', 'like', `${like}%`).orderBy('key').execute()
    ).map(({ key }) => key);

  it('are all kept, and each answers with its own', async () => {
    const together = createTogether(database().engine, createTransactor(database()));
    const keys = ['all.1', 'all.2', 'all.3', 'all.4', 'all.5'];
    expect(await Promise.all(keys.map((key) => together(keep(key))))).toEqual(keys);
    expect(await kept('all')).toEqual(keys);
    expect(await together(keep('all.6'))).toBe('all.6');
  });

  it('do not spoil each other', async () => {
    const together = createTogether(database().engine, createTransactor(database()));
    const done = await Promise.allSettled([
      together(keep('one.1')),
      together(keep('one.2')),
      together(keep('one.3', true)),
      together(keep('one.2')),
      together(keep('one.4')),
    ]);
    const [first, second, failing, again, last] = done.map(({ status }) => status === 'fulfilled');
    expect([first, failing, last]).toEqual([true, false, true]);
    // Two that want the same: on engines that write side by side, either may be first.
    expect([second, again].filter(Boolean)).toHaveLength(1);
    expect(String((done[2] as PromiseRejectedResult).reason)).toBe('Error: not one.3');
    expect(await kept('one')).toEqual(['one.1', 'one.2', 'one.4']);
  });
});

describe('on SQLite', () => {
  it('what was committed before the disk failed is not done twice, and all are told', async () => {
    const failure = new Error('EIO');
    let done = 0;
    const inTransaction = (async (work: (tx: never) => Promise<unknown>) => {
      await work(undefined as never);
      await new Promise(setImmediate);
      markCommitted(failure);
      throw failure;
    }) as InTransaction;
    const together = createTogether('sqlite', inTransaction);
    const all = [1, 2, 3].map(() => together(() => Promise.resolve(void (done += 1))));
    expect((await Promise.allSettled(all)).map((one) => 'reason' in one && one.reason)).toEqual(all.map(() => failure));
    expect(done).toBe(3);
  });

  it('what comes while one is committed is committed once', async () => {
    const committed = Promise.withResolvers<void>();
    let commits = 0;
    const inTransaction = (async (work: (tx: never) => Promise<unknown>) => {
      commits += 1;
      const result = await work(undefined as never);
      await committed.promise;
      return result;
    }) as InTransaction;
    const together = createTogether('sqlite', inTransaction);
    const all = [1, 2, 3, 4].map((value) => together(() => Promise.resolve(value)));
    await new Promise(setImmediate);
    expect(commits).toBe(1);
    committed.resolve();
    expect(await Promise.all(all)).toEqual([1, 2, 3, 4]);
    expect(commits).toBe(2);
  });
});
