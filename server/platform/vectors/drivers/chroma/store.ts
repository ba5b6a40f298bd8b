import type { Kysely } from 'kysely';
import type { DB } from '../../../../db/schema.ts';
import type { InTransaction } from '../../../../db/transaction.ts';
import { newId } from '../../../../lib/ids.ts';
import type { VectorStore } from '../../driver.ts';
import { normalised } from '../embedded/codes.ts';
import { vectorTables } from '../embedded/tables.ts';
import { fileVectors } from '../file-vectors.ts';
import { fileList, portions } from '../file-list.ts';
import type { ChromaClient } from './client.ts';
import { createReconciler } from './reconcile.ts';

type Options = { db: Kysely<DB>; inTransaction: InTransaction; chroma: ChromaClient };

/** A vector of 1,536 dimensions has some 30 kB as text. */
const vectorsPerRequest = 100;
const versionsPerRequest = 1_000;

const collectionOf = (index: string): string => `carrel-${index}`;

/**
 * Vectors in a Chroma, a collection for each index. Which version of a file counts is the database's list to say, and only
 * versions that it names are asked for: what is left over in Chroma for a moment is never found.
 *
 * A file's vectors are written first and listed after that. Versions are in the order of time: of two that are written at the
 * same time the later one stays, whoever is listed first.
 */
export function createChromaVectors({ db, inTransaction, chroma }: Options): VectorStore {
  const list = fileList(db);

  async function removeVersions(collection: string, versions: readonly string[]): Promise<void> {
    for (const portion of portions(versions, versionsPerRequest))
      await chroma.remove(collection, { version: { $in: portion } });
  }

  async function removeBefore(collection: string, fileId: string, version: string): Promise<void> {
    const all = await chroma.get(collection, { $and: [{ file_id: fileId }, { ordinal: 0 }] });
    const old = all.map((row) => row.version).filter((each) => each < version);
    await removeVersions(collection, old);
  }

  return {
    async replaceFile(index, file, given) {
      const { vectors, dimensions } = fileVectors(given);
      const collection = await chroma.ensure(collectionOf(index));
      const version = newId();
      const outcome = await store().catch(async (error: unknown) => {
        await removeVersions(collection, [version]).catch(() => undefined);
        throw error;
      });
      if (outcome === 'stored') await removeBefore(collection, file.id, version);
      else if (outcome === 'index gone') await chroma.drop(collectionOf(index));
      else await removeVersions(collection, [version]);
      return outcome === 'stored' || outcome === 'newer there';

      async function store(): Promise<'stored' | 'newer there' | 'index gone' | 'file gone'> {
        for (const portion of portions(vectors, vectorsPerRequest))
          await chroma.add(
            collection,
            portion.map((each) => ({ ...each, file_id: file.id, version })),
          );
        return inTransaction(async (tx) => {
          const inside = fileList(tx);
          // First: what is read after it sees all that others have listed before.
          const locked = await inside.lockPassage(file.first_passage);
          if (!(await inside.hasIndex(index))) return 'index gone';
          if (!locked) return 'file gone';
          if (((await inside.version(index, file.id)) ?? '') > version) return 'newer there';
          await inside.remove(index, file.id);
          await vectorTables(tx).removeFile(index, file.id);
          await inside.add({
            index_id: index,
            file_id: file.id,
            user_id: file.user_id,
            first_passage: file.first_passage,
            version,
            count: vectors.length,
            dimensions,
            codes: Buffer.alloc(0),
          });
          return 'stored';
        });
      }
    },

    /** Also what the embedded store left for this index: after a change of store nothing is embedded twice. */
    async known(index, hashes) {
      const found = await vectorTables(db).known(index, hashes);
      const wanted = [...new Set(hashes)].filter((hash) => !found.has(hash));
      const collection = wanted.length === 0 ? null : await chroma.find(collectionOf(index));
      if (collection === null) return found;
      for (const portion of portions(wanted, vectorsPerRequest)) {
        // The same text may stand in any number of files; one of each is enough, as long as its file is there.
        const named = await chroma.get(collection, { hash: { $in: portion } });
        const files = await list.existing(named.map(({ file_id }) => file_id));
        const one = new Map(named.filter(({ file_id }) => files.has(file_id)).map((row) => [row.hash, row]));
        const rows = one.size === 0 ? [] : await chroma.vectors(collection, [...one.values()]);
        for (const { hash, vector } of rows) found.set(hash, vector);
      }
      return found;
    },

    async search({ index, scope, vector, limit, signal }) {
      const query = normalised(vector);
      if (query.every((value) => value === 0)) return [];
      const files = await list.inScope(index, scope, query.length);
      const collection = files.length === 0 ? null : await chroma.find(collectionOf(index), signal);
      if (collection === null) return [];
      const hits = [];
      for (const portion of portions(files, versionsPerRequest)) {
        const where = { version: { $in: portion.map(({ version }) => version) } };
        hits.push(...(await chroma.query(collection, { vector: query, where, limit, signal })));
      }
      return hits
        .map(({ file_id, ordinal, score }) => ({ file_id, ordinal, score }))
        .filter(({ score }) => score !== 0)
        .sort((a, b) => b.score - a.score || (a.file_id < b.file_id ? -1 : 1) || a.ordinal - b.ordinal)
        .slice(0, limit);
    },

    async removeFile(index, fileId) {
      const collection = await chroma.find(collectionOf(index));
      if (collection !== null) await chroma.remove(collection, { file_id: fileId });
    },
    removeIndex: (index) => chroma.drop(collectionOf(index)),
    reconcile: createReconciler({ list, chroma, collectionOf, removeVersions }),
    close: () => Promise.resolve(),
  };
}
