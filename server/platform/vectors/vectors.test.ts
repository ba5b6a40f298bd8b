import { expect, it } from 'vitest';
import { createTestDatabase, describeEachDatabase, type TestDatabase } from '../../../test/databases.ts';
import { createTransactor } from '../../db/transaction.ts';
import { newId } from '../../lib/ids.ts';
import { seedUser } from '../search/search.fixture.ts';
import { vectorStoreContract } from './contract.ts';
import { createEmbeddedVectors } from './drivers/embedded/store.ts';
import { clustered } from './vectors.fixture.ts';

type SeededFile = { id: string; user_id: string; first_passage: string };

const seeding = (database: () => TestDatabase) => {
  async function addPassage(file: { id: string; user_id: string }): Promise<SeededFile> {
    const first_passage = newId();
    await database()
      .db.insertInto('passages')
      .values({ id: first_passage, file_id: file.id, user_id: file.user_id, ordinal: 0, page: null, text: 'text' })
      .execute();
    return { ...file, first_passage };
  }
  return {
    addPassage,
    seedUser: async () => (await seedUser(database().db, [])).userId,
    async seedFile(userId: string): Promise<SeededFile> {
      const id = newId();
      await database()
        .db.insertInto('files')
        .values({
          id,
          user_id: userId,
          filename: 'a.txt',
          content_type: 'text/plain',
          size: 1,
          sha256: '0'.repeat(64),
          storage_key: id,
          status: 'ready',
          status_detail: null,
          page_count: null,
          created_at: 0,
          updated_at: 0,
        })
        .execute();
      return addPassage({ id, user_id: userId });
    },
    async seedIndex(): Promise<string> {
      const id = newId();
      const row = { id, model: 'test/embed', state: 'active' as const, error: null, created_at: 0, activated_at: null };
      await database().db.insertInto('embedding_indexes').values(row).execute();
      return id;
    },
  };
};

describeEachDatabase('vectors in the main database', (database) => {
  const seed = seeding(database);
  vectorStoreContract({
    ...seed,
    open: () => createEmbeddedVectors({ database: database(), inTransaction: createTransactor(database()) }),
    async readAnew({ id, user_id }) {
      await database().db.deleteFrom('passages').where('file_id', '=', id).execute();
      return seed.addPassage({ id, user_id });
    },
    removeFile: async (id) => void (await database().db.deleteFrom('files').where('id', '=', id).execute()),
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
