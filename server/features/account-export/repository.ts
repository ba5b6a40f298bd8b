import type { Kysely } from 'kysely';
import { upsert, type Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';

export type ExportRow = DB['account_exports'];
type State = Pick<ExportRow, 'status'> & Partial<Pick<ExportRow, 'progress' | 'size' | 'expires_at'>>;

export const createExportRepository = (db: Kysely<DB>, engine: Engine) => ({
  find: (userId: string): Promise<ExportRow | undefined> =>
    db.selectFrom('account_exports').selectAll().where('user_id', '=', userId).executeTakeFirst(),

  /** In the place of the one before. */
  begin: (row: ExportRow): Promise<void> =>
    upsert(
      db,
      engine,
      'account_exports',
      row,
      ['user_id'],
      ['id', 'status', 'progress', 'size', 'created_at', 'expires_at'],
    ),

  /** False where it was cancelled, or begun anew, meanwhile. */
  async change({ user_id, id }: Pick<ExportRow, 'user_id' | 'id'>, state: State): Promise<boolean> {
    await db.updateTable('account_exports').set(state).where('user_id', '=', user_id).where('id', '=', id).execute();
    const row = await db
      .selectFrom('account_exports')
      .select('id')
      .where('user_id', '=', user_id)
      .where('id', '=', id)
      .executeTakeFirst();
    return row !== undefined;
  },

  async remove(userId: string): Promise<void> {
    await db.deleteFrom('account_exports').where('user_id', '=', userId).execute();
  },

  expired: (before: number): Promise<ExportRow[]> =>
    db.selectFrom('account_exports').selectAll().where('expires_at', '<=', before).limit(100).execute(),
});
