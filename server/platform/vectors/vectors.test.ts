import { expect, it } from 'vitest';
import { createTestDatabase, describeEachDatabase } from '../../../test/databases.ts';
import { createTransactor } from '../../db/transaction.ts';
import { newId } from '../../lib/ids.ts';
import { vectorStoreContract } from './contract.ts';
import { createEmbeddedVectors } from './drivers/embedded/store.ts';
import { seeding } from './seeding.fixture.ts';
import { clustered } from './vectors.fixture.ts';

describeEachDatabase('vectors in the main database', (database) => {
  const seed = seeding(database);
  vectorStoreContract({
    ...seed,
    open: () => createEmbeddedVectors({ database: database(), inTransaction: createTransactor(database()) }),
  });
});

it('gives up loading when nobody waits any more, and answers what needs none', async () => {
  const database = await createTestDatabase('sqlite');
  const seed = seeding(() => database);
  const store = createEmbeddedVectors({ database, inTransaction: createTransactor(database) });
  const [index, userId] = [await seed.seedIndex(), await seed.seedUser()];
  const [vector = new Float32Array()] = clustered(1, 64);
  await store.replaceFile(index, await seed.seedFile(userId), [{ ordinal: 0, vector, hash: newId() }]);
  const query = { index, scope: { userId }, vector, limit: 5 };
  await expect(store.search({ ...query, signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  expect(await store.search(query)).toHaveLength(1);
  expect(await store.search({ ...query, signal: AbortSignal.abort() })).toHaveLength(1);
  await store.close();
  await database.close();
});

it('answers the same with less memory than its codes need', async () => {
  const database = await createTestDatabase('sqlite');
  const seed = seeding(() => database);
  const options = { database, inTransaction: createTransactor(database) };
  const [roomy, tight] = [createEmbeddedVectors(options), createEmbeddedVectors({ ...options, memory: 100 })];
  const [index, userId] = [await seed.seedIndex(), await seed.seedUser()];
  const all = clustered(60, 64);
  for (let at = 0; at < 60; at += 10) {
    const vectors = all.slice(at, at + 10).map((vector, ordinal) => ({ ordinal, vector, hash: newId() }));
    await roomy.replaceFile(index, await seed.seedFile(userId), vectors);
  }
  for (const vector of all.slice(0, 20)) {
    const query = { index, scope: { userId }, vector, limit: 5 };
    const expected = await roomy.search(query);
    expect(expected).toHaveLength(5);
    expect(await tight.search(query)).toEqual(expected);
  }
  await Promise.all([roomy.close(), tight.close()]);
  await database.close();
});
