import type { Kysely } from 'kysely';
import type { EmbeddingIndexes } from '../../db/embedding-tables.ts';
import type { DB } from '../../db/schema.ts';

export type IndexRow = EmbeddingIndexes;
/** A file of which an index has nothing, with its first passage as it is now. */
export type MissingFile = { id: string; user_id: string };

/** Before every id. */
export const beforeEvery = '00000000-0000-0000-0000-000000000000';

/** Vectors deleted by one statement: few enough that SQLite, which runs on the main thread, holds nobody up. */
const deletedAtOnce = 200;

export function createEmbeddingRepository(db: Kysely<DB>) {
  return {
    /** Newest first, without what is being deleted. */
    live: (): Promise<IndexRow[]> =>
      db.selectFrom('embedding_indexes').selectAll().where('state', '!=', 'gone').orderBy('id', 'desc').execute(),

    find: (id: string): Promise<IndexRow | undefined> =>
      db.selectFrom('embedding_indexes').selectAll().where('id', '=', id).executeTakeFirst(),

    async add(row: IndexRow): Promise<void> {
      await db.insertInto('embedding_indexes').values(row).execute();
    },

    /** From one of these states into another; false where it is in none of them any more. */
    async advance(
      id: string,
      from: readonly IndexRow['state'][],
      change: Partial<Pick<IndexRow, 'state' | 'activated_at' | 'error'>>,
    ): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('embedding_indexes')
        .set(change)
        .where('id', '=', id)
        .where('state', 'in', from)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },

    /** Every index in this state but one. */
    async advanceOthers(id: string | null, from: IndexRow['state'], to: IndexRow['state']): Promise<void> {
      let query = db.updateTable('embedding_indexes').set({ state: to }).where('state', '=', from);
      if (id !== null) query = query.where('id', '!=', id);
      await query.execute();
    },

    /** How many passages each index has. */
    async counts(): Promise<Map<string, number>> {
      const rows = await db
        .selectFrom('vector_files')
        .select((e) => ['index_id', e.fn.sum<number | string>('count').as('total')])
        .groupBy('index_id')
        .execute();
      return new Map(rows.map(({ index_id, total }) => [index_id, Number(total)]));
    },

    async passageCount(): Promise<number> {
      const row = await db
        .selectFrom('files')
        .select((e) => e.fn.sum<number | string | null>('passage_count').as('total'))
        .executeTakeFirstOrThrow();
      return Number(row.total ?? 0);
    },

    /** Passages and characters of each file, a portion of the files at a time. */
    async sizes(after: string, limit: number): Promise<{ file_id: string; passages: number; characters: number }[]> {
      const rows = await db
        .selectFrom('passages')
        .select((e) => [
          'file_id',
          e.fn.countAll<number | string>().as('passages'),
          e.fn.sum<number | string>(e.fn<number>('length', ['text'])).as('characters'),
        ])
        .where('file_id', 'in', (e) =>
          e
            .selectFrom(
              e.selectFrom('files').select('id').where('id', '>', after).orderBy('id').limit(limit).as('some'),
            )
            .select('some.id'),
        )
        .groupBy('file_id')
        .orderBy('file_id')
        .execute();
      return rows.map((row) => ({ ...row, passages: Number(row.passages), characters: Number(row.characters) }));
    },

    /** The last of the next `limit` files by id: where the next portion begins. */
    async nextFiles(after: string, limit: number): Promise<string | undefined> {
      const rows = await db
        .selectFrom('files')
        .select('id')
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.at(-1)?.id;
    },

    missing: (index: string, after: string, limit: number): Promise<MissingFile[]> =>
      db
        .selectFrom('files')
        .innerJoin('passages', (join) => join.onRef('passages.file_id', '=', 'files.id').on('passages.ordinal', '=', 0))
        .leftJoin('vector_files', (join) =>
          join.onRef('vector_files.file_id', '=', 'files.id').on('vector_files.index_id', '=', index),
        )
        .select(['files.id', 'files.user_id'])
        .where('vector_files.file_id', 'is', null)
        .where('files.id', '>', after)
        .orderBy('files.id')
        .limit(limit)
        .execute(),

    fileOf: (id: string): Promise<MissingFile | undefined> =>
      db.selectFrom('files').select(['id', 'user_id']).where('id', '=', id).executeTakeFirst(),

    passagesOf: (fileId: string): Promise<{ id: string; ordinal: number; text: string }[]> =>
      db
        .selectFrom('passages')
        .select(['id', 'ordinal', 'text'])
        .where('file_id', '=', fileId)
        .orderBy('ordinal')
        .execute(),

    /** Deletes some vectors of memories by models that no index is of; false where none is left. */
    async deleteSomeTexts(models: readonly string[]): Promise<boolean> {
      const rows = await db
        .selectFrom('memory_vectors')
        .select('memory_id')
        .$if(models.length > 0, (query) => query.where('model', 'not in', models))
        .limit(deletedAtOnce)
        .execute();
      const ids = rows.map(({ memory_id }) => memory_id);
      if (ids.length === 0) return false;
      await db
        .deleteFrom('memory_vectors')
        .where('memory_id', 'in', ids)
        .$if(models.length > 0, (query) => query.where('model', 'not in', models))
        .execute();
      return true;
    },

    gone: (): Promise<{ id: string }[]> =>
      db.selectFrom('embedding_indexes').select('id').where('state', '=', 'gone').execute(),

    /** Deletes some of what is gone; false where nothing is left of it, itself included. */
    async deleteSome(index: string): Promise<boolean> {
      const places = await db
        .selectFrom('passage_vectors')
        .select('place')
        .where('index_id', '=', index)
        .limit(deletedAtOnce)
        .execute();
      if (places.length > 0) {
        const names = places.map(({ place }) => place);
        await db.deleteFrom('passage_vectors').where('index_id', '=', index).where('place', 'in', names).execute();
        return true;
      }
      await db.deleteFrom('embedding_indexes').where('id', '=', index).where('state', '=', 'gone').execute();
      return false;
    },
  };
}
export type EmbeddingRepository = ReturnType<typeof createEmbeddingRepository>;
