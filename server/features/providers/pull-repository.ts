import type { Kysely } from 'kysely';
import type { DB, ModelPulls } from '../../db/schema.ts';

const open = ['queued', 'running'] as const;

export const createPullRepository = (db: Kysely<DB>) => ({
  /** Newest first, past the pull `before`. */
  list: (providerId: string, { limit, before }: { limit: number; before: string | undefined }): Promise<ModelPulls[]> =>
    db
      .selectFrom('model_pulls')
      .selectAll()
      .where('provider_id', '=', providerId)
      .where((is) => (before === undefined ? is.lit(true) : is('id', '<', before)))
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),
  find: (id: string): Promise<ModelPulls | undefined> =>
    db.selectFrom('model_pulls').selectAll().where('id', '=', id).executeTakeFirst(),
  openOne: (providerId: string, model: string): Promise<ModelPulls | undefined> =>
    db
      .selectFrom('model_pulls')
      .selectAll()
      .where('provider_id', '=', providerId)
      .where('model', '=', model)
      .where('state', 'in', open)
      .executeTakeFirst(),
  async insert(row: ModelPulls): Promise<void> {
    await db.insertInto('model_pulls').values(row).execute();
  },
  /** Whether it had not ended before. */
  async update(id: string, changes: Partial<ModelPulls>): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('model_pulls')
      .set(changes)
      .where('id', '=', id)
      .where('state', 'in', open)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },
  async forget(before: number): Promise<void> {
    await db.deleteFrom('model_pulls').where('finished_at', '<', before).execute();
  },
});
