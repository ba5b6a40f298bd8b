import type { Kysely } from 'kysely';
import type { DB } from '../../../../db/schema.ts';
import type { InTransaction } from '../../../../db/transaction.ts';
import { newId } from '../../../../lib/ids.ts';
import type { VectorStore } from '../../driver.ts';
import { normalised } from '../embedded/codes.ts';
import { vectorTables } from '../embedded/tables.ts';
import { fileVectors } from '../file-vectors.ts';
import { fileList } from '../file-list.ts';
import { dropLeftOver } from './left-over.ts';
import { pgvectorTables } from './tables.ts';

type Options = {
  /** A PostgreSQL with pgvector (extension.ts). */
  db: Kysely<DB>;
  inTransaction: InTransaction;
  /** Passages that are all looked at; where somebody may read more the graph is walked. */
  exactBelow?: number;
};

/** 10,000 vectors of 768 dimensions take PostgreSQL some ten milliseconds, and nothing is missed. */
const usuallyExactBelow = 10_000;

/**
 * Vectors in PostgreSQL by its extension pgvector: a table for each index, with a graph (HNSW) over all of it. The list of files
 * is the one that every store has; what is on it is checked in the statement that searches.
 */
export function createPgvectorVectors({ db, inTransaction, exactBelow = usuallyExactBelow }: Options): VectorStore {
  const list = fileList(db);
  const ready = new Map<string, Promise<boolean>>();

  /** False where the index is not there any more. */
  function prepare(index: string, dimensions: number): Promise<boolean> {
    const name = `${index}:${dimensions}`;
    const known = ready.get(name);
    if (known) return known;
    // Whoever gives the index up waits until this is over, and finds the table; or was before it, and there is none.
    const made = inTransaction(async (tx) => {
      const isThere = await fileList(tx).holdIndex(index);
      if (isThere) await pgvectorTables(tx, index).create(dimensions);
      return isThere;
    });
    ready.set(name, made);
    made.then(
      (isThere) => isThere || ready.delete(name),
      () => ready.delete(name),
    );
    return made;
  }

  return {
    async replaceFile(index, file, given) {
      const { vectors, dimensions } = fileVectors(given);
      if (dimensions > 0 && !(await prepare(index, dimensions))) return false;
      return inTransaction(async (tx) => {
        const [listed, own] = [fileList(tx), pgvectorTables(tx, index)];
        if (!(await listed.holdIndex(index))) return false;
        // First: of two that write the same file one waits for the other.
        if (!(await listed.lockPassage(file.first_passage))) return false;
        await listed.remove(index, file.id);
        await own.removeFile(file.id);
        // What the embedded store had of it.
        await vectorTables(tx).removeFile(index, file.id);
        const version = newId();
        await own.add({ file_id: file.id, user_id: file.user_id, version }, vectors);
        await listed.add({
          index_id: index,
          file_id: file.id,
          user_id: file.user_id,
          first_passage: file.first_passage,
          version,
          count: vectors.length,
          dimensions,
          codes: Buffer.alloc(0),
        });
        return true;
      });
    },

    /** Also what the embedded store left for this index: after a change of store nothing is embedded twice. */
    async known(index, hashes) {
      const found = await vectorTables(db).known(index, hashes);
      const wanted = [...new Set(hashes)].filter((hash) => !found.has(hash));
      for (const [hash, vector] of await pgvectorTables(db, index).known(wanted)) found.set(hash, vector);
      return found;
    },

    async search({ index, scope, vector, limit, signal }) {
      const query = normalised(vector);
      if (query.every((value) => value === 0)) return [];
      const total = await list.passagesInScope(index, scope, query.length);
      if (total === 0) return [];
      const own = pgvectorTables(db, index);
      let hits = await own.nearest(scope, query, limit, total <= exactBelow);
      // What there is does where nobody waits for more.
      if (total > exactBelow && hits.length < limit && !signal?.aborted)
        hits = await own.nearest(scope, query, limit, true);
      return hits
        .filter(({ score }) => Number.isFinite(score) && score !== 0)
        .sort((a, b) => b.score - a.score || (a.file_id < b.file_id ? -1 : 1) || a.ordinal - b.ordinal);
    },

    removeFile: (index, fileId) => pgvectorTables(db, index).removeLeftOver(fileId),
    async removeIndex(index) {
      for (const name of ready.keys()) if (name.startsWith(index)) ready.delete(name);
      await pgvectorTables(db, index).drop();
    },
    async reconcile(index) {
      await list.removeOthers(index, 'without codes');
      await pgvectorTables(db, index).unlistMissing();
      await pgvectorTables(db, index).removeLeftOver();
      await dropLeftOver(db, 'of indexes that are no more');
    },
    close: () => Promise.resolve(),
  };
}
