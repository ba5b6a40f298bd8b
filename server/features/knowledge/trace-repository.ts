import type { Kysely } from 'kysely';
import type { AnswerTraces } from '../../db/knowledge-tables.ts';
import type { DB } from '../../db/schema.ts';

export const createTraceRepository = (db: Kysely<DB>) => ({
  find: (messageId: string): Promise<AnswerTraces | undefined> =>
    db.selectFrom('answer_traces').selectAll().where('message_id', '=', messageId).executeTakeFirst(),

  /** In the place of an earlier one, where an answer was written anew. */
  async put(row: AnswerTraces): Promise<void> {
    await db.transaction().execute(async (tx) => {
      await tx.deleteFrom('answer_traces').where('message_id', '=', row.message_id).execute();
      await tx.insertInto('answer_traces').values(row).execute();
    });
  },
});
export type TraceRepository = ReturnType<typeof createTraceRepository>;
