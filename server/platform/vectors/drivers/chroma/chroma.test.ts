import { afterAll, describe, expect, it } from 'vitest';
import { describeEachDatabase, type TestDatabase } from '../../../../../test/databases.ts';
import { startChroma } from '../../../../../test/servers.ts';
import { createTransactor } from '../../../../db/transaction.ts';
import { newId } from '../../../../lib/ids.ts';
import { createOutboundGuard } from '../../../../lib/outbound-guard.ts';
import { vectorStoreContract } from '../../contract.ts';
import type { FileVector } from '../../driver.ts';
import { seeding } from '../../seeding.fixture.ts';
import { clustered } from '../../vectors.fixture.ts';
import { createEmbeddedVectors } from '../embedded/store.ts';
import { createChromaClient } from './client.ts';
import { createChromaVectors } from './store.ts';

const server = await startChroma();
afterAll(() => server?.stop());

const clientOf = (baseUrl = server?.url ?? '') => createChromaClient({ baseUrl, guard: createOutboundGuard() });
/** As long as a hash is: databases pad what is shorter. */
const hashOf = (name: string): string => name.padEnd(64, '0');
const storeOn = (database: TestDatabase, chroma = clientOf()) =>
  createChromaVectors({ db: database.db, inTransaction: createTransactor(database), chroma });

describe.runIf(server)('with a Chroma', () => {
  describeEachDatabase('vectors in Chroma', (database) => {
    vectorStoreContract({ ...seeding(database), open: () => storeOn(database()) });
  });

  describeEachDatabase('what lies in Chroma', (database) => {
    const seed = seeding(database);
    const vectors = clustered(5, 32);
    const [question = new Float32Array()] = vectors;
    const rowsOf = (name: string): FileVector[] =>
      vectors.map((vector, ordinal) => ({ ordinal, vector, hash: hashOf(`${name}${ordinal}`) }));

    async function start() {
      const [store, index, userId] = [storeOn(database()), await seed.seedIndex(), await seed.seedUser()];
      const collection = await clientOf().ensure(`carrel-${index}`);
      const add = async (name: string) => {
        const file = await seed.seedFile(userId);
        expect(await store.replaceFile(index, file, rowsOf(name))).toBe(true);
        return file;
      };
      const stored = async (file: { id: string }) =>
        (await clientOf().get(collection, { file_id: file.id })).map(({ hash }) => hash).sort();
      const found = async () =>
        (await store.search({ index, scope: { userId }, vector: question, limit: 50 })).map(({ file_id }) => file_id);
      return { store, index, userId, collection, add, stored, found };
    }

    it('is deleted with its file, its earlier reading and its index', async () => {
      const { store, index, add, stored } = await start();
      const [kept, gone] = [await add('kept'), await add('gone')];
      await seed.removeFile(gone.id);
      await store.removeFile(index, gone.id);
      expect(await stored(gone)).toEqual([]);
      const anew = await seed.readAnew(kept);
      await store.replaceFile(index, anew, rowsOf('anew').slice(0, 2));
      expect(await stored(kept)).toEqual(['anew0', 'anew1'].map(hashOf));
      await store.removeIndex(index);
      expect(await clientOf().find(`carrel-${index}`)).toBeNull();
      await store.removeIndex(index);
    });

    it('agrees with the list of files again, whichever of the two has lost something', async () => {
      const { store, index, collection, add, stored, found } = await start();
      const [kept, gone, lost] = [await add('kept'), await add('gone'), await add('lost')];
      await seed.removeFile(gone.id);
      await clientOf().remove(collection, { file_id: lost.id });
      await clientOf().add(collection, [{ file_id: kept.id, version: '0', ordinal: 0, hash: 'old', vector: question }]);
      const listed = async () =>
        (await database().db.selectFrom('vector_files').select('file_id').where('index_id', '=', index).execute())
          .map(({ file_id }) => file_id)
          .sort();
      expect(await listed()).toEqual([kept.id, lost.id].sort());
      await store.reconcile(index);
      expect(await listed()).toEqual([kept.id]);
      expect(await stored(gone)).toEqual([]);
      expect(await stored(kept)).toEqual(rowsOf('kept').map(({ hash }) => hash));
      expect(new Set(await found())).toEqual(new Set([kept.id]));
      await store.removeIndex(index);
      expect(await found()).toEqual([]);
      await store.reconcile(index);
      expect(await listed()).toEqual([]);
    });

    it('keeps of two that write the same file at once all that the later one wrote', async () => {
      const { store, index, userId, stored, found } = await start();
      const file = await seed.seedFile(userId);
      await Promise.all(['a', 'b', 'c'].map((name) => store.replaceFile(index, file, rowsOf(name))));
      expect(await found()).toHaveLength(5);
      expect(await stored(file)).toHaveLength(5);
    });

    it('is not made again for an index that was given up meanwhile', async () => {
      const { store, index, userId } = await start();
      const file = await seed.seedFile(userId);
      await database().db.updateTable('embedding_indexes').set({ state: 'gone' }).where('id', '=', index).execute();
      expect(await store.replaceFile(index, file, rowsOf('late'))).toBe(false);
      expect(await clientOf().find(`carrel-${index}`)).toBeNull();
    });

    it('comes over from the embedded store and goes back without a file that is found in neither', async () => {
      const { store, index, userId, stored, found } = await start();
      const embedded = createEmbeddedVectors({ database: database(), inTransaction: createTransactor(database()) });
      const file = await seed.seedFile(userId);
      await embedded.replaceFile(index, file, rowsOf('text'));
      await store.reconcile(index);
      expect(await found()).toEqual([]);
      // Nothing has to be embedded anew.
      const known = await store.known(
        index,
        rowsOf('text').map(({ hash }) => hash),
      );
      expect(known.size).toBe(5);
      const rows = rowsOf('text').map((row) => ({ ...row, vector: known.get(row.hash) ?? new Float32Array() }));
      await store.replaceFile(index, file, rows);
      expect([await found(), await stored(file)].map((all) => all.length)).toEqual([5, 5]);
      await embedded.reconcile(index);
      expect(await found()).toEqual([]);
      await embedded.close();
    });
  });
});

describe('a Chroma that is away', () => {
  it('is said to be away, and its address to be looked at', async () => {
    const client = clientOf('http://localhost:9');
    await expect(client.ensure(`carrel-${newId()}`)).rejects.toMatchObject({
      code: 'PROVIDER_UNREACHABLE',
      message: 'Chroma cannot be reached. Check CHROMA_URL.',
    });
  });

  it('is never looked for where clouds hand out credentials', async () => {
    await expect(clientOf('http://169.254.169.254:8000').find('x')).rejects.toMatchObject({
      cause: { code: 'URL_BLOCKED' },
    });
  });
});
