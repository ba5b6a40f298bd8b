import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../../test/databases.ts';
import { bytesOf } from '../../lib/floats.ts';

it('weighs vectors on either connection, and none of other lengths', async () => {
  const { db, reader, close } = await createTestDatabase('sqlite', { empty: true });
  const bytes = (...values: number[]) => Buffer.from(bytesOf(Float32Array.from(values)));
  for (const on of [db, reader]) {
    const { rows } = await sql`select dot_product(${bytes(1, 2, 3)}, ${bytes(4, 5, 6)}) as same,
      dot_product(${bytes(1)}, ${bytes(1, 2)}) as other, dot_product('text', ${bytes(1)}) as text`.execute(on);
    expect(rows).toEqual([{ same: 32, other: null, text: null }]);
  }
  await close();
});

it('knows the small letter of every large one, on either connection', async () => {
  const { db, reader, close } = await createTestDatabase('sqlite', { empty: true });
  for (const on of [db, reader]) {
    const { rows } = await sql`select lower('ÜBERSICHT Žluť') as text, lower(7) as number, lower(null) as none`.execute(
      on,
    );
    expect(rows).toEqual([{ text: 'übersicht žluť', number: 7, none: null }]);
  }
  await close();
});

it('answers many questions at once, each with what it asked for, and goes on after one that fails', async () => {
  const { reader, close } = await createTestDatabase('sqlite', { empty: true });
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, at) =>
      at % 10 === 3
        ? sql`select a from nowhere`.execute(reader).catch((error: unknown) => error)
        : (await sql<{ at: number }>`select ${at} as at`.execute(reader)).rows[0]?.at,
    ),
  );
  for (const [at, answer] of answers.entries())
    if (at % 10 === 3) expect(answer).toMatchObject({ message: 'no such table: nowhere', code: 'SQLITE_ERROR' });
    else expect(answer).toBe(at);
  await close();
});
