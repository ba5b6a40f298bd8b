import type { Kysely } from 'kysely';
import type { DB } from '../../../db/schema.ts';
import type { SearchScope } from '../../search/driver.ts';

const idsPerStatement = 500;

export function* portions<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}

/**
 * Which files an index has, and in which version: kept in the database whatever store has the vectors, so that access is
 * decided there, and a file that is deleted or read anew is off the list in that very step.
 */
export function fileList(db: Kysely<DB>) {
  function within(index: string, { userId, shared = [], fileIds }: SearchScope, dimensions: number) {
    const query = db
      .selectFrom('vector_files')
      .where('index_id', '=', index)
      .where('dimensions', '=', dimensions)
      .where((e) =>
        shared.length > 0 ? e.or([e('user_id', '=', userId), e('file_id', 'in', shared)]) : e('user_id', '=', userId),
      );
    return fileIds ? query.where('file_id', 'in', fileIds) : query;
  }

  return {
    /** The files of the scope that the index has, as they are at this moment. */
    async inScope(
      index: string,
      scope: SearchScope,
      dimensions: number,
    ): Promise<{ file_id: string; version: string }[]> {
      if (scope.fileIds?.length === 0) return [];
      return within(index, scope, dimensions).select(['file_id', 'version']).execute();
    },

    /** How many passages they have. */
    async passagesInScope(index: string, scope: SearchScope, dimensions: number): Promise<number> {
      if (scope.fileIds?.length === 0) return 0;
      const row = await within(index, scope, dimensions)
        .select((e) => e.fn.sum<number | string | null>('count').as('total'))
        .executeTakeFirst();
      return Number(row?.total ?? 0);
    },

    hasPassage: async (id: string): Promise<boolean> =>
      (await db.selectFrom('passages').select('id').where('id', '=', id).executeTakeFirst()) !== undefined,

    /** Holds up other transactions that ask the same of this passage until this one ends; false where it is not there. */
    async lockPassage(id: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('passages')
        .set((e) => ({ ordinal: e.ref('ordinal') }))
        .where('id', '=', id)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    hasIndex: async (id: string): Promise<boolean> =>
      (await db
        .selectFrom('embedding_indexes')
        .select('id')
        .where('id', '=', id)
        .where('state', '!=', 'gone')
        .executeTakeFirst()) !== undefined,

    /** The same on PostgreSQL; nobody gives the index up before this transaction ends. */
    holdIndex: async (id: string): Promise<boolean> =>
      (await db
        .selectFrom('embedding_indexes')
        .select('id')
        .where('id', '=', id)
        .where('state', '!=', 'gone')
        .forShare()
        .executeTakeFirst()) !== undefined,

    /** All files with vectors, by id. */
    async versions(index: string): Promise<Map<string, string>> {
      const rows = await db
        .selectFrom('vector_files')
        .select(['file_id', 'version'])
        .where('index_id', '=', index)
        .where('count', '>', 0)
        .execute();
      return new Map(rows.map(({ file_id, version }) => [file_id, version]));
    },

    version: async (index: string, fileId: string): Promise<string | undefined> =>
      (
        await db
          .selectFrom('vector_files')
          .select('version')
          .where('index_id', '=', index)
          .where('file_id', '=', fileId)
          .executeTakeFirst()
      )?.version,

    /** Those of the ids that are files. */
    async existing(ids: readonly string[]): Promise<Set<string>> {
      const found = new Set<string>();
      for (const portion of portions([...new Set(ids)], idsPerStatement)) {
        const rows = await db.selectFrom('files').select('id').where('id', 'in', portion).execute();
        for (const { id } of rows) found.add(id);
      }
      return found;
    },

    add: (row: DB['vector_files']) => db.insertInto('vector_files').values(row).execute(),

    async remove(index: string, fileId: string): Promise<void> {
      await db.deleteFrom('vector_files').where('index_id', '=', index).where('file_id', '=', fileId).execute();
    },

    async removeVersions(index: string, versions: readonly string[]): Promise<void> {
      for (const portion of portions(versions, idsPerStatement))
        await db.deleteFrom('vector_files').where('index_id', '=', index).where('version', 'in', portion).execute();
    },

    /** Takes off the list what another store has: the embedded one keeps codes with a file, others none. */
    async removeOthers(index: string, own: 'with codes' | 'without codes'): Promise<void> {
      await db
        .deleteFrom('vector_files')
        .where('index_id', '=', index)
        .where('count', '>', 0)
        .where('codes', own === 'with codes' ? '=' : '!=', Buffer.alloc(0))
        .execute();
    },
  };
}
