import type { Kysely } from 'kysely';
import { upsert, type Engine } from '../../db/dialect.ts';
import type { AnswerTraces } from '../../db/knowledge-tables.ts';
import type { DB } from '../../db/schema.ts';

export const createTraceRepository = (db: Kysely<DB>, engine: Engine) => ({
  find: (messageId: string): Promise<AnswerTraces | undefined> =>
    db.selectFrom('answer_traces').selectAll().where('message_id', '=', messageId).executeTakeFirst(),

  /** Of answers that their readers rated down, newest first; one person's, or everybody's. */
  disliked: (userId: string | null, limit: number): Promise<(AnswerTraces & { user_id: string })[]> =>
    db
      .selectFrom('answer_traces')
      .innerJoin('feedback', 'feedback.message_id', 'answer_traces.message_id')
      .selectAll('answer_traces')
      .select('feedback.user_id')
      .where('feedback.rating', '=', 'down')
      .$if(userId !== null, (query) => query.where('feedback.user_id', '=', userId ?? ''))
      .orderBy('answer_traces.message_id', 'desc')
      .limit(limit)
      .execute(),

  /** In the place of an earlier one, where an answer was written anew. */
  put: (row: AnswerTraces): Promise<void> =>
    upsert(db, engine, 'answer_traces', row, ['message_id'], ['trace', 'created_at']),
});
export type TraceRepository = ReturnType<typeof createTraceRepository>;
