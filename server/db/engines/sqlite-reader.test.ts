import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../database.ts';

function open(url?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'carrel-test-reader-'));
  const database = openDatabase({
    url: url ?? `sqlite:${join(folder, 'carrel.db')}`,
    poolSize: 1,
    slowQueryMs: 60_000,
    logger: pino({ level: 'silent' }),
  });
  onTestFinished(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return database;
}

const countIn = (on: ReturnType<typeof open>['db']) =>
  sql<{ total: number }>`select count(*) as total from notes`.execute(on).then(({ rows }) => rows[0]?.total);

it('reads what was committed just before, and nothing that is not', async () => {
  const { db, reader } = open();
  await sql`create table notes (text text not null)`.execute(db);
  for (let total = 1; total <= 3; total += 1) {
    await sql`insert into notes values (${`note ${total}`})`.execute(db);
    expect(await countIn(reader)).toBe(total);
  }
  await db.transaction().execute(async (tx) => {
    await sql`insert into notes values ('unseen')`.execute(tx);
    expect(await countIn(tx)).toBe(4);
    expect(await countIn(reader)).toBe(3);
  });
  expect(await countIn(reader)).toBe(4);
});

it('gives texts, numbers, bytes and nothing as the other connection does', async () => {
  const { db, reader } = open();
  await sql`create table things (a text, b integer, c blob, d real, e text)`.execute(db);
  await sql`insert into things values (${'ü 😀'}, ${2 ** 52}, ${Buffer.from([0, 255])}, ${0.5}, ${null})`.execute(db);
  const of = async (on: typeof db) => (await sql<{ c: Uint8Array }>`select * from things`.execute(on)).rows;
  const [mine, theirs] = [await of(db), await of(reader)];
  expect(theirs.map((row) => ({ ...row, c: [...row.c] }))).toEqual(mine.map((row) => ({ ...row, c: [...row.c] })));
});

it('lets the event loop go on while a question takes long', async () => {
  const { reader } = open();
  let turns = 0;
  const turning = setInterval(() => (turns += 1), 0);
  onTestFinished(() => clearInterval(turning));
  const question = sql`with recursive n (i) as (select 1 union all select i + 1 from n where i < 3000000) select max(i) from n`;
  await question.execute(reader);
  expect(turns).toBeGreaterThan(10);
});

it('writes nothing, and says what is wrong with a question; the next one is answered', async () => {
  const { db, reader } = open();
  await sql`create table notes (text text not null)`.execute(db);
  await expect(sql`insert into notes values ('x') returning text`.execute(reader)).rejects.toMatchObject({
    code: 'SQLITE_READONLY',
  });
  await expect(sql`select missing`.execute(reader)).rejects.toThrow(/no such column/);
  await expect(reader.transaction().execute(countIn)).rejects.toThrow();
  expect(await countIn(reader)).toBe(0);
});

it('is the only connection there is, where the database is in memory', () => {
  const { db, reader } = open('sqlite::memory:');
  expect(reader).toBe(db);
});

it('is refused once the database is closed, and leaves no question unanswered', async () => {
  const { reader, close } = open();
  const asked =
    sql`with recursive n (i) as (select 1 union all select i + 1 from n where i < 3000000) select max(i) from n`
      .execute(reader)
      .catch((error: Error) => error.message);
  await new Promise(setImmediate);
  await close();
  expect(await asked).toMatch(/closed/);
  await expect(sql`select 1`.execute(reader)).rejects.toThrow();
});
