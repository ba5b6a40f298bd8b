import { sql } from 'kysely';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, isAvailable, type TestDatabase } from '../../../../../test/databases.ts';
import { createTransactor } from '../../../../db/transaction.ts';
import { newId } from '../../../../lib/ids.ts';
import { createOutboundGuard } from '../../../../lib/outbound-guard.ts';
import { vectorStoreContract } from '../../contract.ts';
import { createVectorStore } from '../../create.ts';
import type { FileVector } from '../../driver.ts';
import { seeding } from '../../seeding.fixture.ts';
import { clustered } from '../../vectors.fixture.ts';
import { createEmbeddedVectors } from '../embedded/store.ts';
import { findPgvector } from './extension.ts';
import { createPgvectorVectors } from './store.ts';

async function offered(): Promise<boolean> {
  if (!isAvailable('postgres')) return false;
  const database = await createTestDatabase('postgres', { empty: true });
  const found = await findPgvector(database.db);
  await database.close();
  return 'version' in found;
}

describe.runIf(await offered())('with pgvector', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase('postgres');
    await findPgvector(database.db);
  });
  afterAll(() => database.close());

  const seed = seeding(() => database);
  const open = (exactBelow?: number) =>
    createPgvectorVectors({
      db: database.db,
      inTransaction: createTransactor(database),
      ...(exactBelow !== undefined && { exactBelow }),
    });
  const rowsOf = (vectors: readonly Float32Array[], name: string): FileVector[] =>
    vectors.map((vector, ordinal) => ({ ordinal, vector, hash: `${name}${ordinal}`.padEnd(64, '0') }));
  const tables = async (index: string) => {
    const found = await sql<{ name: string }>`
      select tablename as name from pg_tables where tablename like ${`vectors_${index.replaceAll('-', '')}%`}`.execute(
      database.db,
    );
    return found.rows.map(({ name }) => name);
  };

  describe('looking at all', () => {
    vectorStoreContract({ ...seed, open: () => open() });
  });
  describe('walking the graph', () => {
    vectorStoreContract({ ...seed, open: () => open(0) });
  });

  it('finds by the graph, of which it makes use, also what is a small part of all', async () => {
    const store = open(0);
    const [index, few, many] = [await seed.seedIndex(), await seed.seedUser(), await seed.seedUser()];
    const all = clustered(3_000, 48);
    for (let at = 0; at < all.length; at += 500)
      await store.replaceFile(index, await seed.seedFile(many), rowsOf(all.slice(at, at + 500), `m${at}-`));
    const file = await seed.seedFile(few);
    await store.replaceFile(index, file, rowsOf(all.slice(0, 20), 'few'));
    const vector = all[2_900] ?? new Float32Array();
    const hits = await store.search({ index, scope: { userId: few }, vector, limit: 10 });
    expect(hits).toHaveLength(10);
    expect(new Set(hits.map(({ file_id }) => file_id))).toEqual(new Set([file.id]));
    const { rows } = await sql<{ used: number }>`
      select idx_scan as used from pg_stat_user_indexes where indexrelname = ${`${(await tables(index))[0]}_near`}`.execute(
      database.db,
    );
    expect(rows).toHaveLength(1);
    const plan = await database.db.transaction().execute(async (tx) => {
      await sql`set local enable_sort = off`.execute(tx);
      return sql<Record<string, string>>`explain select 1 from ${sql.table((await tables(index))[0] ?? '')}
        where user_id = ${many} order by embedding <=> ${JSON.stringify(Array.from(vector))}::vector limit 10`.execute(
        tx,
      );
    });
    expect(JSON.stringify(plan.rows)).toContain('_near');
  });

  it.each([2_500, 4_100])('takes vectors of %i dimensions too', async (dimensions) => {
    const store = open(0);
    const [index, userId] = [await seed.seedIndex(), await seed.seedUser()];
    const file = await seed.seedFile(userId);
    const vectors = clustered(8, dimensions);
    expect(await store.replaceFile(index, file, rowsOf(vectors, 'long'))).toBe(true);
    const [hit] = await store.search({ index, scope: { userId }, vector: vectors[5] ?? new Float32Array(), limit: 3 });
    expect(hit).toMatchObject({ file_id: file.id, ordinal: 5 });
    expect(hit?.score).toBeCloseTo(1, 4);
  });

  it('deletes its table with the index, and stores nothing for one that was given up', async () => {
    const store = open();
    const [index, userId] = [await seed.seedIndex(), await seed.seedUser()];
    const vectors = rowsOf(clustered(3, 32), 'gone');
    await store.replaceFile(index, await seed.seedFile(userId), vectors);
    expect(await tables(index)).toHaveLength(1);
    await database.db.updateTable('embedding_indexes').set({ state: 'gone' }).where('id', '=', index).execute();
    await store.removeIndex(index);
    expect(await store.replaceFile(index, await seed.seedFile(userId), vectors)).toBe(false);
    expect(await tables(index)).toEqual([]);
    await store.removeIndex(index);
  });

  it('is not crowded out by what earlier readings left', async () => {
    const store = open();
    const [index, userId] = [await seed.seedIndex(), await seed.seedUser()];
    const vectors = clustered(40, 32);
    const question = vectors[0] ?? new Float32Array();
    const old = await seed.seedFile(userId);
    await store.replaceFile(
      index,
      old,
      rowsOf(
        Array.from({ length: 30 }, () => question),
        'old',
      ),
    );
    await seed.readAnew(old);
    const other = await seed.seedFile(userId);
    await store.replaceFile(index, other, rowsOf(vectors.slice(30), 'other'));
    for (const each of [store, open(0)])
      expect(await each.search({ index, scope: { userId }, vector: question, limit: 5 })).toHaveLength(5);
  });

  it('deletes when the lists are made to agree what is of no file’s passages, and tables of no index', async () => {
    const store = open();
    const [index, gone, userId] = [await seed.seedIndex(), await seed.seedIndex(), await seed.seedUser()];
    const [kept, emptied] = [await seed.seedFile(userId), await seed.seedFile(userId)];
    for (const file of [kept, emptied]) await store.replaceFile(index, file, rowsOf(clustered(3, 32), file.id));
    await seed.empty(emptied);
    await store.replaceFile(gone, kept, rowsOf(clustered(3, 32), 'gone'));
    await database.db.deleteFrom('embedding_indexes').where('id', '=', gone).execute();
    await store.reconcile(index);
    expect(await tables(gone)).toEqual([]);
    const { rows } = await sql<{ file_id: string }>`
      select distinct file_id from ${sql.table((await tables(index))[0] ?? '')}`.execute(database.db);
    expect(rows).toEqual([{ file_id: kept.id }]);
  });

  it('leaves no table where the index is given up while something is stored', async () => {
    for (let round = 0; round < 5; round += 1) {
      const store = open();
      const [index, userId] = [await seed.seedIndex(), await seed.seedUser()];
      const file = await seed.seedFile(userId);
      const giveUp = async (): Promise<void> => {
        await database.db.updateTable('embedding_indexes').set({ state: 'gone' }).where('id', '=', index).execute();
        await store.removeIndex(index);
      };
      await Promise.all([store.replaceFile(index, file, rowsOf(clustered(3, 32), 'race')), giveUp()]);
      expect(await tables(index)).toEqual([]);
    }
  });

  it('leaves nothing behind where another store takes its place', async () => {
    const [index, userId] = [await seed.seedIndex(), await seed.seedUser()];
    await open().replaceFile(index, await seed.seedFile(userId), rowsOf(clustered(3, 32), 'place'));
    expect(await tables(index)).toHaveLength(1);
    const other = await createVectorStore({
      where: { store: 'embedded' },
      database,
      inTransaction: createTransactor(database),
      guard: createOutboundGuard(),
      logger: pino({ level: 'silent' }),
    });
    await other.reconcile(index);
    expect(await tables(index)).toEqual([]);
    await other.close();
  });

  it('takes over from the embedded store without embedding anything anew, and gives back', async () => {
    const embedded = createEmbeddedVectors({ database, inTransaction: createTransactor(database) });
    const store = open();
    const [index, userId] = [await seed.seedIndex(), await seed.seedUser()];
    const [file, vectors] = [await seed.seedFile(userId), clustered(4, 32)];
    const search = { index, scope: { userId }, vector: vectors[1] ?? new Float32Array(), limit: 10 };
    await embedded.replaceFile(index, file, rowsOf(vectors, 'over'));
    await store.reconcile(index);
    expect(await store.search(search)).toEqual([]);
    const hashes = rowsOf(vectors, 'over').map(({ hash }) => hash);
    const known = await store.known(index, hashes);
    expect([...known.keys()].sort()).toEqual(hashes);
    const anew = rowsOf(vectors, 'over').map((row) => ({ ...row, vector: known.get(row.hash) ?? new Float32Array() }));
    await store.replaceFile(index, file, anew);
    expect((await store.search(search)).map(({ ordinal }) => ordinal)).toContain(1);
    expect((await embedded.known(index, hashes)).size).toBe(0);
    await store.reconcile(index);
    expect(await store.search(search)).toHaveLength(4);
    await embedded.reconcile(index);
    expect(await embedded.search(search)).toEqual([]);
    await embedded.close();
  });

  it('is used where it may be, and says why where it may not', async () => {
    const other = await createTestDatabase('postgres', { empty: true });
    const [role, name] = [`r_${newId().replaceAll('-', '')}`, new URL(other.url).pathname.slice(1)];
    await sql`create role ${sql.ref(role)} login`.execute(other.db);
    await sql`grant all on database ${sql.ref(name)} to ${sql.ref(role)}`.execute(other.db);
    await sql`grant create on schema public to ${sql.ref(role)}`.execute(other.db);
    const asRole = <T>(work: () => Promise<T>) =>
      other.db.connection().execute(async (one) => {
        await sql`set role ${sql.ref(role)}`.execute(one);
        return { work: await work(), found: await findPgvector(one) };
      });
    expect((await asRole(() => Promise.resolve())).found).toEqual({
      reason: 'it is there but may not be created: run "create extension vector" in the database as superuser',
    });
    expect(await findPgvector(other.another().db)).toHaveProperty('version');
    expect((await asRole(() => Promise.resolve())).found).toHaveProperty('version');
    await other.close();
    await sql`drop role ${sql.ref(role)}`.execute(database.db);
  });
});
