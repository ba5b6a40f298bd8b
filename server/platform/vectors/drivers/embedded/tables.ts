import { sql, type Kysely } from 'kysely';
import type { DB } from '../../../../db/schema.ts';
import { bytesOf, dot, floatsOf } from '../../../../lib/floats.ts';
import type { FileVector } from '../../driver.ts';

/** A vector of 1,536 dimensions has 6 kB: statements stay below a megabyte, and hold nobody up on SQLite. */
const rowsPerStatement = 100;

export const placeOf = (file_id: string, ordinal: number): string => `${file_id}:${ordinal}`;

function* portions<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += rowsPerStatement) yield all.slice(at, at + rowsPerStatement);
}

/** The tables of the embedded store, on the database or in a transaction. */
export function vectorTables(db: Kysely<DB>) {
  return {
    codes: (index: string, fileIds: readonly string[]) =>
      db
        .selectFrom('vector_files')
        .select(['file_id', 'version', 'codes'])
        .where('index_id', '=', index)
        .where('file_id', 'in', fileIds)
        .execute(),

    /** The dot product of each of these places' vectors with the query; none for a vector of other dimensions. */
    async weigh(index: string, places: readonly string[], query: Float32Array): Promise<Map<string, number>> {
      const scores = new Map<string, number>();
      for (const portion of portions(places)) {
        const rows = await db
          .selectFrom('passage_vectors')
          .select(['place', 'vector'])
          .where('index_id', '=', index)
          .where('place', 'in', portion)
          .execute();
        for (const { place, vector } of rows) {
          const whole = floatsOf(vector);
          if (whole.length === query.length) scores.set(place, dot(query, whole));
        }
      }
      return scores;
    },

    /** The same by SQLite itself, where the vectors are: megabytes that need not come to the main thread. */
    async weighInside(index: string, places: readonly string[], query: Float32Array): Promise<Map<string, number>> {
      const { rows } = await sql<{ place: string; score: number | null }>`
        select place, dot_product(vector, ${Buffer.from(bytesOf(query))}) as score from passage_vectors
        where index_id = ${index} and place in (select value from json_each(${JSON.stringify(places)}))`.execute(db);
      return new Map(rows.flatMap(({ place, score }) => (score === null ? [] : [[place, score] as const])));
    },

    async known(index: string, hashes: readonly string[]): Promise<Map<string, Float32Array>> {
      const found = new Map<string, Float32Array>();
      for (const portion of portions([...new Set(hashes)])) {
        const rows = await db
          .selectFrom('passage_vectors')
          .select(['hash', 'vector'])
          .where('index_id', '=', index)
          .where('hash', 'in', portion)
          .execute();
        for (const { hash, vector } of rows) found.set(hash, floatsOf(vector));
      }
      return found;
    },

    async removeFile(index: string, fileId: string): Promise<void> {
      await db.deleteFrom('passage_vectors').where('index_id', '=', index).where('file_id', '=', fileId).execute();
    },

    /** Of a file that has no passages any more; what another reading may take over stays. */
    async removeLeftOver(index: string, fileId: string): Promise<void> {
      await db
        .deleteFrom('passage_vectors')
        .where('index_id', '=', index)
        .where('file_id', '=', fileId)
        .where((e) => e.not(e.exists(e.selectFrom('passages').select('id').where('file_id', '=', fileId))))
        .execute();
    },

    async addVectors(index: string, fileId: string, vectors: readonly FileVector[]): Promise<void> {
      for (const portion of portions(vectors)) {
        const rows = portion.map(({ ordinal, hash, vector }) => ({
          index_id: index,
          place: placeOf(fileId, ordinal),
          file_id: fileId,
          hash,
          vector: Buffer.from(bytesOf(vector)),
        }));
        await db.insertInto('passage_vectors').values(rows).execute();
      }
    },
  };
}
