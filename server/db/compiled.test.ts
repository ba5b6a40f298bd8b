import { expect, it } from 'vitest';
import { describeEachDatabase } from '../../test/databases.ts';
import { compiled, insertRows, updateRow } from './compiled.ts';
import { createTransactor } from './transaction.ts';

const setting = (key: string, value = 'old') => ({ key, value, updated_at: 1 });
const valueOf = compiled((db, { key }: { key: string }) =>
  db.selectFrom('settings').select('value').where('key', '=', key),
);
const put = compiled((db, { key, value }: { key: string; value: string }) =>
  db.updateTable('settings').set({ value }).where('key', '=', key),
);

describeEachDatabase('a compiled query', (database) => {
  it('is run with other values each time, and answers as the query builder does', async () => {
    const { db } = database();
    await insertRows(db, 'settings', [setting('one', 'a'), setting('two', 'b')]);
    expect(await valueOf.first(db, { key: 'one' })).toEqual({ value: 'a' });
    expect(await valueOf.all(db, { key: 'two' })).toEqual([{ value: 'b' }]);
    expect(await valueOf.first(db, { key: 'none' })).toBeUndefined();
    expect(await put.run(db, { key: 'one', value: 'c' })).toBe(1);
    expect(await put.run(db, { key: 'none', value: 'c' })).toBe(0);
    expect(await valueOf.first(db, { key: 'one' })).toEqual({ value: 'c' });
  });

  it('belongs to the transaction that it is given', async () => {
    const { db } = database();
    await insertRows(db, 'settings', [setting('within')]);
    const failed = createTransactor(database())(async (tx) => {
      await put.run(tx, { key: 'within', value: 'new' });
      expect(await valueOf.first(tx, { key: 'within' })).toEqual({ value: 'new' });
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await valueOf.first(db, { key: 'within' })).toEqual({ value: 'old' });
  });

  it('takes a value that looks like SQL as the value that it is', async () => {
    const { db } = database();
    await insertRows(db, 'settings', [setting("'; drop table settings --", '"$1" ? `x`')]);
    expect(await valueOf.first(db, { key: "'; drop table settings --" })).toEqual({ value: '"$1" ? `x`' });
    expect(await valueOf.first(db, { key: "' or 1 = 1 --" })).toBeUndefined();
  });

  it('puts any number of rows, each with its own values', async () => {
    const { db } = database();
    const rows = Array.from({ length: 150 }, (_, at) => setting(`row ${at}`, `value ${at}`));
    await createTransactor(database())((tx) => insertRows(tx, 'settings', rows));
    const found = await db.selectFrom('settings').selectAll().where('key', 'like', 'row %').execute();
    expect(new Map(found.map((row) => [row.key, row]))).toEqual(new Map(rows.map((row) => [row.key, row])));
    await insertRows(db, 'settings', []);
  });

  it('refuses rows that differ in their columns', async () => {
    const { db } = database();
    const { key: _key, ...without } = setting('lacks its key');
    const rows = [setting('has all'), without as ReturnType<typeof setting>];
    await expect(insertRows(db, 'settings', rows)).rejects.toThrow('settings differ');
    await expect(insertRows(db, 'settings', rows.toReversed())).rejects.toThrow('settings differ');
    expect(await db.selectFrom('settings').selectAll().where('key', '=', 'has all').execute()).toEqual([]);
  });

  it('changes the columns that are given, of one row', async () => {
    const { db } = database();
    const user = (id: string) => ({
      id,
      email: `${id}@example.org`,
      username: null,
      username_key: null,
      name: 'before',
      role: 'user' as const,
      is_active: 1 as const,
      password_hash: null,
      email_verified: 0 as const,
      created_at: 1,
      updated_at: 1,
      last_active_at: null,
      second_factor_at: null,
    });
    const [one, other] = ['019a0000-0000-7000-8000-000000000001', '019a0000-0000-7000-8000-000000000002'];
    await insertRows(db, 'users', [user(one), user(other)]);
    await updateRow(db, 'users', one, { name: 'after', last_active_at: 5 });
    await updateRow(db, 'users', one, { last_active_at: 6, name: undefined });
    const rows = await db.selectFrom('users').selectAll().orderBy('id').execute();
    expect(rows).toEqual([{ ...user(one), name: 'after', last_active_at: 6 }, user(other)]);
  });

  it('refuses a query that computes with its values', async () => {
    const wrong = compiled((db, { at }: { at: number }) =>
      db
        .selectFrom('settings')
        .selectAll()
        .where('updated_at', '<', at - 1),
    );
    await expect(async () => wrong.all(database().db, { at: 5 })).rejects.toThrow('"at"');
  });
});
