import { sql } from 'kysely';
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { describeEachDatabase } from '../../test/databases.ts';
import { newId } from '../lib/ids.ts';
import { engineOf, openDatabase } from './database.ts';
import { isConnectionError } from './dialect.ts';

const now = 1_790_000_000_000;
const userRow = (id: string, email: string) => ({
  id,
  email,
  username: null,
  username_key: null,
  name: 'Ünal 🦉',
  role: 'user' as const,
  is_active: 1 as const,
  password_hash: null,
  email_verified: 0 as const,
  created_at: now,
  updated_at: now,
  last_active_at: null,
  second_factor_at: null,
});

describeEachDatabase('a database', (database, engine) => {
  it('gives back what was put in, in the same types on every engine', async () => {
    const { db } = database();
    const row = userRow(newId(), 'types@example.org');
    await db.insertInto('users').values(row).execute();
    expect(await db.selectFrom('users').selectAll().where('id', '=', row.id).executeTakeFirstOrThrow()).toEqual(row);

    const sums = await db
      .selectFrom('users')
      .select(({ fn }) => [
        fn.countAll<number>().as('count'),
        fn.sum<number>('created_at').as('sum'),
        fn.max('created_at').as('max'),
      ])
      .where('id', '=', row.id)
      .executeTakeFirstOrThrow();
    expect(sums).toEqual({ count: 1, sum: now, max: now });
  });

  it('compares text by case and accent', async () => {
    const { db } = database();
    await db
      .insertInto('settings')
      .values([
        { key: 'Cafe', value: 'a', updated_at: now },
        { key: 'café', value: 'b', updated_at: now },
      ])
      .execute();
    const found = await db.selectFrom('settings').select('value').where('key', '=', 'cafe').execute();
    expect(found).toEqual([]);
  });

  it('counts the rows that an update matched, changed or not', async () => {
    const { db } = database();
    await db.insertInto('settings').values({ key: 'same', value: 'a', updated_at: now }).execute();
    const update = db.updateTable('settings').set({ value: 'a' }).where('key', '=', 'same');
    expect((await update.executeTakeFirstOrThrow()).numUpdatedRows).toBe(1n);
  });

  it('keeps foreign keys', async () => {
    const { db } = database();
    const row = userRow(newId(), 'keys@example.org');
    const conversation = {
      id: newId(),
      title: '',
      title_by_user: 0 as const,
      model: null,
      pinned: 0 as const,
      archived: 0 as const,
      memory: 1 as const,
      created_at: now,
      updated_at: now,
    };
    await db.insertInto('users').values(row).execute();
    await db
      .insertInto('conversations')
      .values({ ...conversation, user_id: row.id })
      .execute();
    await expect(
      db
        .insertInto('conversations')
        .values({ ...conversation, id: newId(), user_id: newId() })
        .execute(),
    ).rejects.toThrow(/foreign key/i);
    await db.deleteFrom('users').where('id', '=', row.id).execute();
    expect(await db.selectFrom('conversations').selectAll().where('id', '=', conversation.id).execute()).toEqual([]);
  });

  it('gives an object as a value away to nobody as SQL', async () => {
    const { db } = database();
    const value = { key: 1 } as unknown as string;
    const found = db.selectFrom('settings').selectAll().where('key', '=', value).execute();
    await expect(found.catch(() => [])).resolves.toEqual([]);
  });

  if (engine !== 'sqlite') {
    it('refuses text that does not fit instead of cutting it', async () => {
      const { db } = database();
      await expect(
        db
          .insertInto('settings')
          .values({ key: 'x'.repeat(191), value: '', updated_at: now })
          .execute(),
      ).rejects.toThrow(/too long/i);
    });
  }

  if (engine !== 'sqlite') {
    it('says that a connection was lost, and goes on with another', async () => {
      const { db } = database().another();
      const hangUp =
        engine === 'postgres' ? sql`select pg_terminate_backend(pg_backend_pid())` : sql`kill connection_id()`;
      const error: unknown = await hangUp.execute(db).catch((reason: unknown) => reason);
      expect(isConnectionError(error), String(error)).toBe(true);
      await vi.waitFor(async () =>
        expect((await sql<{ one: number }>`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]),
      );
    });
  }
});

describe('openDatabase', () => {
  const logger = pino({ level: 'silent' });
  const options = { poolSize: 1, slowQueryMs: 60_000, logger };

  it.each(['postgres://nobody@127.0.0.1:1/none', 'mysql://nobody@127.0.0.1:1/none'])(
    'tells that %s cannot be reached',
    async (url) => {
      const { db, close } = openDatabase({ ...options, url });
      const error: unknown = await sql`select 1`.execute(db).catch((reason: unknown) => reason);
      expect(isConnectionError(error), String(error)).toBe(true);
      await close();
    },
  );

  it('logs slow queries without their parameters', async () => {
    const lines: string[] = [];
    const { db, close } = openDatabase({
      url: 'sqlite::memory:',
      poolSize: 1,
      slowQueryMs: -1,
      logger: pino({}, { write: (line) => lines.push(line) }),
    });
    await sql`select ${'a secret'} as word`.execute(db);
    await close();
    expect(lines.join()).toContain('slow query');
    expect(lines.join()).not.toContain('a secret');
  });

  it('knows the engine by the URL', () => {
    expect(['sqlite:/x.db', 'postgresql://h/d', 'mariadb://h/d'].map(engineOf)).toEqual([
      'sqlite',
      'postgres',
      'mysql',
    ]);
    expect(() => engineOf('oracle://h/d')).toThrow('DATABASE_URL');
  });
});
