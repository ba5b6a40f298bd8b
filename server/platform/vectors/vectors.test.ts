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
