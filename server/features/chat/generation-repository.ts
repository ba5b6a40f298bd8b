import type { Kysely } from 'kysely';
import { compiled, insertRows } from '../../db/compiled.ts';
import type { DB, GenerationStatus } from '../../db/schema.ts';

export type GenerationRow = DB['generations'];

const byId = compiled((db, { id }: { id: string }) => db.selectFrom('generations').selectAll().where('id', '=', id));

const end = compiled((db, { id, status, at }: { id: string; status: GenerationStatus; at: number }) =>
  db
    .updateTable('generations')
    .set({ status, finished_at: at, heartbeat_at: at })
    .where('id', '=', id)
    .where('status', '=', 'running'),
);

export type GenerationRepository = ReturnType<typeof createGenerationRepository>;

export function createGenerationRepository(db: Kysely<DB>) {
  return {
    insert: (row: GenerationRow): Promise<void> => insertRows(db, 'generations', [row]),

    find: (id: string): Promise<GenerationRow | undefined> => byId.first(db, { id }),

    findByKey: (userId: string, key: string): Promise<GenerationRow | undefined> =>
      db
        .selectFrom('generations')
        .selectAll()
        .where('user_id', '=', userId)
        .where('idempotency_key', '=', key)
        .executeTakeFirst(),

    /** Give it a transaction for those of many runs. */
    appendLog: (rows: readonly DB['generation_log'][]): Promise<void> => insertRows(db, 'generation_log', rows),

    /** Stretches of the log that hold events after `after`, in order. */
    readLog: (id: string, after: number): Promise<DB['generation_log'][]> =>
      db
        .selectFrom('generation_log')
        .selectAll()
        .where('generation_id', '=', id)
        .where('last_seq', '>', after)
        .orderBy('first_seq')
        .execute(),

    /** Ends a running generation; false when it had ended already, by whomever. */
    finish: async (id: string, status: GenerationStatus, at: number): Promise<boolean> =>
      (await end.run(db, { id, status, at })) > 0,

    heartbeat: async (owner: string, at: number): Promise<void> => {
      await db
        .updateTable('generations')
        .set({ heartbeat_at: at })
        .where('owner', '=', owner)
        .where('status', '=', 'running')
        .execute();
    },

    runningOf: (owner: string): Promise<Pick<GenerationRow, 'id' | 'cancel_requested'>[]> =>
      db
        .selectFrom('generations')
        .select(['id', 'cancel_requested'])
        .where('owner', '=', owner)
        .where('status', '=', 'running')
        .execute(),

    requestCancel: async (id: string): Promise<void> => {
      await db
        .updateTable('generations')
        .set({ cancel_requested: 1 })
        .where('id', '=', id)
        .where('status', '=', 'running')
        .execute();
    },

    /** Running, but their writer has not been heard of since `before`. */
    abandoned: (before: number): Promise<GenerationRow[]> =>
      db
        .selectFrom('generations')
        .selectAll()
        .where('status', '=', 'running')
        .where('heartbeat_at', '<', before)
        .execute(),

    runningIn: async (conversationId: string): Promise<string[]> => {
      const rows = await db
        .selectFrom('generations')
        .select('id')
        .where('conversation_id', '=', conversationId)
        .where('status', '=', 'running')
        .execute();
      return rows.map(({ id }) => id);
    },

    /** Forgets logs and idempotency keys of generations that ended before a time; the messages stay. */
    forgetBefore: async (before: number): Promise<void> => {
      const old = db.selectFrom('generations').select('id').where('finished_at', '<', before);
      await db.deleteFrom('generation_log').where('generation_id', 'in', old).execute();
      await db
        .updateTable('generations')
        .set({ idempotency_key: null })
        .where('finished_at', '<', before)
        .where('idempotency_key', 'is not', null)
        .execute();
    },
  };
}
