import type { Database } from '../../../../db/database.ts';
import type { InTransaction } from '../../../../db/transaction.ts';
import { bytesOf } from '../../../../lib/floats.ts';
import { newId } from '../../../../lib/ids.ts';
import type { VectorHit, VectorStore } from '../../driver.ts';
import { normalised, wordsFor, wordsOf, writeCode } from './codes.ts';
import { createScanner } from './scanner.ts';
import { fileVectors } from '../file-vectors.ts';
import { fileList } from '../file-list.ts';
import { placeOf, vectorTables } from './tables.ts';

type Options = {
  /** What is searched is read through `reader`. */
  database: Pick<Database, 'db' | 'reader' | 'engine'>;
  inTransaction: InTransaction;
  /** Of codes in memory, bytes; those that were not asked for the longest go first. 256 MB: two million passages. */
  memory?: number;
};

/** Looked at with their whole vectors: enough that the first look, at the signs alone, loses next to nothing. */
const candidatesFor = (limit: number): number => Math.max(200, limit * 2);
/** Read from the database at once. */
const filesPerRead = 50;

type Kept = { file_id: string; version: string; handle: number; bytes: number };

/**
 * Vectors in the main database, on any engine. A first look goes over one bit a dimension, kept in memory by a worker
 * thread; what it finds is weighed again by the whole vectors. The codes of a file are loaded when it is first asked for.
 */
export function createEmbeddedVectors({ database, inTransaction, memory = 256 * 1024 * 1024 }: Options): VectorStore {
  const [list, tables] = [fileList(database.reader), vectorTables(database.reader)];
  const weigh = database.engine === 'sqlite' ? tables.weighInside : tables.weigh;
  /** By index and file; in the order in which they were last asked for. */
  const kept = new Map<string, Kept>();
  const fileOf = new Map<number, string>();
  const scanner = createScanner(() => {
    kept.clear();
    fileOf.clear();
    used = 0;
  });
  let used = 0;
  let handles = 0;
  /** One loads at a time, so that nobody loads what another is loading. */
  let loading: Promise<unknown> = Promise.resolve();

  function drop(key: string): void {
    const old = kept.get(key);
    if (!old) return;
    kept.delete(key);
    fileOf.delete(old.handle);
    used -= old.bytes;
    scanner.forget([old.handle]);
  }

  function keep(
    index: string,
    { file_id, version, codes }: { file_id: string; version: string; codes: Uint8Array },
  ): void {
    const key = `${index}:${file_id}`;
    drop(key);
    const words = wordsOf(codes);
    handles += 1;
    kept.set(key, { file_id, version, handle: handles, bytes: codes.byteLength });
    fileOf.set(handles, file_id);
    used += codes.byteLength;
    scanner.keep(handles, words);
  }

  /** The handles of these files, loading what is missing or not the newest. What was loaded when the signal fires stays for the next one. */
  async function load(
    index: string,
    files: readonly { file_id: string; version: string }[],
    signal: AbortSignal | undefined,
  ): Promise<number[]> {
    const missing = files.filter(({ file_id, version }) => kept.get(`${index}:${file_id}`)?.version !== version);
    for (let at = 0; at < missing.length; at += filesPerRead) {
      signal?.throwIfAborted();
      const ids = missing.slice(at, at + filesPerRead).map(({ file_id }) => file_id);
      for (const row of await tables.codes(index, ids)) keep(index, row);
    }
    const wanted = files.flatMap(({ file_id }) => {
      const key = `${index}:${file_id}`;
      const found = kept.get(key);
      if (!found) return [];
      kept.delete(key);
      kept.set(key, found);
      return [found.handle];
    });
    return wanted;
  }

  /** After a search, as what it needs must stay until then. */
  function shrink(): void {
    for (const key of kept.keys()) {
      if (used <= memory) return;
      drop(key);
    }
  }

  async function candidates(
    index: string,
    files: readonly { file_id: string; version: string }[],
    vector: Float32Array,
    limit: number,
    signal: AbortSignal | undefined,
  ): Promise<{ file_id: string; ordinal: number }[]> {
    // Sent in the same turn as the last code, so that nothing is forgotten in between.
    const search = loading.then(async () => {
      try {
        const wanted = await load(index, files, signal);
        const names = new Map(wanted.map((handle) => [handle, fileOf.get(handle) ?? '']));
        return { names, answer: scanner.search(wanted, vector, limit) };
      } finally {
        shrink();
      }
    });
    loading = search.catch(() => undefined);
    const { names, answer } = await search;
    const pairs = await answer;
    return Array.from({ length: pairs.length / 2 }, (_, at) => ({
      file_id: names.get(pairs[2 * at] ?? 0) ?? '',
      ordinal: pairs[2 * at + 1] ?? 0,
    }));
  }

  return {
    async replaceFile(index, file, given) {
      const { vectors, dimensions } = fileVectors(given);
      const width = wordsFor(dimensions);
      const words = new Uint32Array(width * vectors.length);
      for (const { ordinal, vector } of vectors) writeCode(vector, words, ordinal * width);
      return inTransaction(async (tx) => {
        const [listed, inside] = [fileList(tx), vectorTables(tx)];
        if (!(await listed.hasPassage(file.first_passage))) return false;
        await listed.remove(index, file.id);
        await inside.removeFile(index, file.id);
        await inside.addVectors(index, file.id, vectors);
        await listed.add({
          index_id: index,
          file_id: file.id,
          user_id: file.user_id,
          first_passage: file.first_passage,
          version: newId(),
          count: vectors.length,
          dimensions,
          codes: Buffer.from(bytesOf(words)),
        });
        return true;
      });
    },

    known: vectorTables(database.db).known,

    async search({ index, scope, vector, limit, signal }) {
      const query = normalised(vector);
      const files = await list.inScope(index, scope, query.length);
      if (files.length === 0 || query.every((value) => value === 0)) return [];
      const found = await candidates(index, files, query, candidatesFor(limit), signal);
      const scores = await weigh(
        index,
        found.map(({ file_id, ordinal }) => placeOf(file_id, ordinal)),
        query,
      );
      return found
        .map(({ file_id, ordinal }): VectorHit => ({
          file_id,
          ordinal,
          score: scores.get(placeOf(file_id, ordinal)) ?? 0,
        }))
        .filter(({ score }) => score !== 0)
        .sort((a, b) => b.score - a.score || (a.file_id < b.file_id ? -1 : 1) || a.ordinal - b.ordinal)
        .slice(0, limit);
    },

    removeFile: vectorTables(database.db).removeLeftOver,
    removeIndex: () => Promise.resolve(),
    reconcile: (index) => fileList(database.db).removeOthers(index, 'with codes'),

    close: () => scanner.close(),
  };
}
