import type { ExpressionBuilder, Kysely } from 'kysely';
import { readableCollections } from '../../db/readable.ts';
import type { DB, Passages } from '../../db/schema.ts';
import type { ExtractedPage, PlacedText } from '../../platform/extract/driver.ts';
import type { SearchScope } from '../../platform/search/driver.ts';

export type PassageRow = Passages & { filename: string };

/** Small enough that SQLite, which runs on the main thread, holds nobody up. */
const rowsPerInsert = 50;

const rowsWithFile = (db: Kysely<DB>) =>
  db
    .selectFrom('passages')
    .innerJoin('files', 'files.id', 'passages.file_id')
    .selectAll('passages')
    .select('files.filename');

/** Files of others that one question looks at; each is a term of the index's query. */
const mostShared = 2_000;

/** Rows of the person's own files, and of those shared with them. */
const inScope =
  ({ userId, shared = [] }: SearchScope) =>
  (e: ExpressionBuilder<DB, 'passages'>) =>
    shared.length > 0
      ? e.or([e('passages.user_id', '=', userId), e('passages.file_id', 'in', shared)])
      : e('passages.user_id', '=', userId);

/** The same of the files themselves. */
const filesInScope =
  ({ userId, shared = [] }: SearchScope) =>
  (e: ExpressionBuilder<DB, 'files'>) =>
    shared.length > 0 ? e.or([e('user_id', '=', userId), e('id', 'in', shared)]) : e('user_id', '=', userId);

const readable = ({ userId, shared, fileIds }: SearchScope, rows: readonly PassageRow[]): PassageRow[] =>
  rows.filter(
    ({ user_id, file_id }) =>
      (user_id === userId || shared?.includes(file_id) === true) && (fileIds?.includes(file_id) ?? true),
  );

export function createPassageRepository(db: Kysely<DB>) {
  const withFile = (scope: SearchScope) => {
    const query = rowsWithFile(db).where(inScope(scope));
    return scope.fileIds ? query.where('passages.file_id', 'in', scope.fileIds) : query;
  };
  const files = (scope: SearchScope) => {
    const query = db.selectFrom('files').where(filesInScope(scope));
    return scope.fileIds ? query.where('id', 'in', scope.fileIds) : query;
  };

  return {
    async insert(rows: readonly Passages[]): Promise<void> {
      for (let at = 0; at < rows.length; at += rowsPerInsert) {
        await db
          .insertInto('passages')
          .values(rows.slice(at, at + rowsPerInsert))
          .execute();
      }
    },

    /** Where the words of a file's pages stand, in the place of what was known of it. */
    async insertLayouts(fileId: string, pages: readonly ExtractedPage[]): Promise<void> {
      const rows = pages.flatMap(({ page, placed }) =>
        page !== null && placed?.length ? [{ file_id: fileId, page, placed: JSON.stringify(placed) }] : [],
      );
      for (let at = 0; at < rows.length; at += rowsPerInsert) {
        await db
          .insertInto('page_layouts')
          .values(rows.slice(at, at + rowsPerInsert))
          .execute();
      }
    },

    /** The words of a page with their places, in reading order; none where they are not known. */
    async layout(fileId: string, page: number): Promise<PlacedText[]> {
      const row = await db
        .selectFrom('page_layouts')
        .select('placed')
        .where('file_id', '=', fileId)
        .where('page', '=', page)
        .executeTakeFirst();
      return row ? (JSON.parse(row.placed) as PlacedText[]) : [];
    },

    async removeFile(fileId: string): Promise<void> {
      await db.deleteFrom('passages').where('file_id', '=', fileId).execute();
      await db.deleteFrom('page_layouts').where('file_id', '=', fileId).execute();
    },

    /** In order: all of a file, or those of a page; at most `limit`, from behind the one with the ordinal `after` on. */
    list: (
      fileId: string,
      { page, after, limit }: { page?: number; after?: number; limit?: number } = {},
    ): Promise<Passages[]> => {
      let query = db.selectFrom('passages').selectAll().where('file_id', '=', fileId).orderBy('ordinal');
      if (page !== undefined) query = query.where('page', '=', page);
      if (after !== undefined) query = query.where('ordinal', '>', after);
      return (limit === undefined ? query : query.limit(limit)).execute();
    },

    /**
     * By id alone: with the owner as a second condition SQLite walks all that the owner has. Rows outside the scope are
     * dropped here.
     */
    async byIds(scope: SearchScope, ids: readonly string[]): Promise<PassageRow[]> {
      if (ids.length === 0) return [];
      return readable(scope, await rowsWithFile(db).where('passages.id', 'in', ids).execute());
    },

    /**
     * The one place that says what somebody may read beside their own files: other people's files in collections that are
     * theirs or shared with them. Asked anew for every question, so that a share that was taken back counts at once.
     */
    async sharedFiles(userId: string, among?: readonly string[]): Promise<string[]> {
      if (among?.length === 0) return [];
      let query = db
        .selectFrom('collection_sources')
        .innerJoin('files', 'files.id', 'collection_sources.file_id')
        .select('files.id')
        .distinct()
        .where('files.user_id', '!=', userId)
        .where('collection_sources.collection_id', 'in', readableCollections(db, userId));
      if (among) query = query.where('files.id', 'in', among);
      return (await query.limit(mostShared).execute()).map(({ id }) => id);
    },

    /** In which collections that this person may read these files are. */
    collectionsHolding: async (
      userId: string,
      fileIds: readonly string[],
    ): Promise<{ file_id: string | null; id: string; name: string }[]> =>
      fileIds.length === 0
        ? []
        : db
            .selectFrom('collection_sources')
            .innerJoin('collections', 'collections.id', 'collection_sources.collection_id')
            .select(['collection_sources.file_id', 'collections.id', 'collections.name'])
            .where('collection_sources.file_id', 'in', fileIds)
            .where('collections.id', 'in', readableCollections(db, userId))
            .orderBy('collections.id')
            .execute(),

    nameOf: async (userId: string): Promise<string | undefined> =>
      (await db.selectFrom('users').select('name').where('id', '=', userId).executeTakeFirst())?.name,

    /** Files in those of these collections that somebody may read. */
    async filesIn(userId: string, collectionIds: readonly string[]): Promise<string[]> {
      if (collectionIds.length === 0) return [];
      const rows = await db
        .selectFrom('collection_sources')
        .select('file_id')
        .distinct()
        .where('file_id', 'is not', null)
        .where('collection_id', 'in', collectionIds)
        .where('collection_id', 'in', readableCollections(db, userId))
        .limit(mostShared)
        .execute();
      return rows.flatMap(({ file_id }) => file_id ?? []);
    },

    /** Passages of these pages, in reading order. */
    onPages: (scope: SearchScope, pages: readonly number[], limit: number): Promise<PassageRow[]> =>
      withFile(scope)
        .where('passages.page', 'in', pages)
        .orderBy('passages.file_id')
        .orderBy('passages.ordinal')
        .limit(limit)
        .execute(),

    /** Passages by their place in their files. By place alone, and rows outside the scope are dropped here, as in `byIds`. */
    at: async (
      scope: SearchScope,
      places: readonly { file_id: string; ordinals: readonly number[] }[],
    ): Promise<PassageRow[]> => {
      const wanted = places.filter(({ ordinals }) => ordinals.length > 0);
      if (wanted.length === 0) return [];
      const query = rowsWithFile(db).where((e) =>
        e.or(
          wanted.map(({ file_id, ordinals }) =>
            e.and([e('passages.file_id', '=', file_id), e('passages.ordinal', 'in', ordinals)]),
          ),
        ),
      );
      return readable(scope, await query.execute());
    },

    /** All passages, file by file in reading order, at most `limit`. */
    inOrder: (scope: SearchScope, limit: number): Promise<PassageRow[]> =>
      withFile(scope).orderBy('passages.file_id').orderBy('passages.ordinal').limit(limit).execute(),

    /** Keeps with a file how much there is of it. */
    async keepCounts(fileId: string, counts: { passages: number; tokens: number }): Promise<void> {
      await db
        .updateTable('files')
        .set({ passage_count: counts.passages, passage_tokens: counts.tokens })
        .where('id', '=', fileId)
        .execute();
    },

    /** How many passages there are to search. */
    async count(scope: SearchScope): Promise<number> {
      const row = await files(scope)
        .select((e) => e.fn.sum<number | string | null>('passage_count').as('total'))
        .executeTakeFirst();
      return Number(row?.total ?? 0);
    },

    /** Tokens of all that there is; too few where some of it was read before they were counted. */
    async tokens(scope: SearchScope): Promise<number> {
      const row = await files(scope)
        .select((e) => e.fn.sum<number | string | null>('passage_tokens').as('total'))
        .executeTakeFirst();
      return Number(row?.total ?? 0);
    },

    /** How many passages each file has, newest file first. */
    async lengths(scope: SearchScope): Promise<{ file_id: string; total: number }[]> {
      const rows = await files(scope)
        .select(['id', 'passage_count'])
        .where('passage_count', '>', 0)
        .orderBy('id', 'desc')
        .execute();
      return rows.map(({ id, passage_count }) => ({ file_id: id, total: Number(passage_count) }));
    },
  };
}
export type PassageRepository = ReturnType<typeof createPassageRepository>;
