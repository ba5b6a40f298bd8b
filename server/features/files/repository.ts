import { sql, type Kysely } from 'kysely';
import type { FileStatus } from '../../../shared/api/files.ts';
import { containing } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import type { Cursor } from '../../lib/cursor.ts';
import type { FileRow } from './policy.ts';

type Change = Partial<Pick<FileRow, 'status_detail' | 'page_count'>> & { status: FileStatus; updated_at: number };
type FilePage = { after: Cursor | undefined; q: string; limit: number };

const unread: readonly FileStatus[] = ['queued', 'processing'];

export function createFileRepository(db: Kysely<DB>) {
  return {
    find: (id: string): Promise<FileRow | undefined> =>
      db.selectFrom('files').selectAll().where('id', '=', id).executeTakeFirst(),

    findMany: (ids: readonly string[]): Promise<FileRow[]> =>
      ids.length === 0 ? Promise.resolve([]) : db.selectFrom('files').selectAll().where('id', 'in', ids).execute(),

    /** Newest first, those after the cursor whose name contains `q`. */
    page: (userId: string, { after, q, limit }: FilePage): Promise<FileRow[]> => {
      let query = db.selectFrom('files').selectAll().where('user_id', '=', userId);
      if (q !== '') query = query.where(sql<boolean>`lower(filename) like lower(${containing(q)}) escape '!'`);
      if (after) {
        const [at, id] = after;
        query = query.where((e) =>
          e.or([e('created_at', '<', at), e.and([e('created_at', '=', at), e('id', '<', id)])]),
        );
      }
      return query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
    },

    async insert(file: FileRow): Promise<void> {
      await db.insertInto('files').values(file).execute();
    },

    /** Inside a transaction, before anything is read: other uploads of the person wait for its end. */
    async lockOwner(userId: string): Promise<void> {
      await db
        .updateTable('users')
        .set((is) => ({ updated_at: is.ref('updated_at') }))
        .where('id', '=', userId)
        .execute();
    },
    async storedBytes(userId: string): Promise<number> {
      const { bytes } = await db
        .selectFrom('files')
        .select((is) => is.fn.sum('size').as('bytes'))
        .where('user_id', '=', userId)
        .executeTakeFirstOrThrow();
      return Number(bytes ?? 0);
    },

    /** Changes a file that is still being read; false where it is not, or is not there any more. */
    async advance(id: string, change: Change): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('files')
        .set(change)
        .where('id', '=', id)
        .where('status', 'in', unread)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async delete(id: string): Promise<void> {
      await db.deleteFrom('files').where('id', '=', id).execute();
    },

    unreadIds: async (): Promise<string[]> =>
      (await db.selectFrom('files').select('id').where('status', 'in', unread).orderBy('id').execute()).map(
        ({ id }) => id,
      ),
  };
}
