import type { Kysely } from 'kysely';
import type { QuestionResults, QuestionRuns } from '../../db/knowledge-tables.ts';
import type { DB } from '../../db/schema.ts';

/** Small enough that SQLite, which runs on the main thread, holds nobody up. */
const rowsPerInsert = 50;

/** What should be found for saved questions, and what was each time they were asked again. */
export const createQuestionRepository = (db: Kysely<DB>) => ({
  /** By answer; a person's, or everybody's. */
  async expectations(userId: string | null): Promise<ReadonlyMap<string, string>> {
    const rows = await db
      .selectFrom('question_expectations')
      .innerJoin('feedback', 'feedback.message_id', 'question_expectations.message_id')
      .select(['question_expectations.message_id', 'question_expectations.places'])
      .$if(userId !== null, (query) => query.where('feedback.user_id', '=', userId ?? ''))
      .execute();
    return new Map(rows.map(({ message_id, places }) => [message_id, places]));
  },

  /** In the place of what was said before. */
  async expect(messageId: string, places: string, at: number): Promise<void> {
    await db.transaction().execute(async (tx) => {
      await tx.deleteFrom('question_expectations').where('message_id', '=', messageId).execute();
      await tx.insertInto('question_expectations').values({ message_id: messageId, places, updated_at: at }).execute();
    });
  },

  /** Newest first; a person's own, or the admins'. */
  runs: (userId: string | null, limit: number): Promise<QuestionRuns[]> =>
    db
      .selectFrom('question_runs')
      .selectAll()
      .where('user_id', userId === null ? 'is' : '=', userId)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),

  run: (id: string): Promise<QuestionRuns | undefined> =>
    db.selectFrom('question_runs').selectAll().where('id', '=', id).executeTakeFirst(),

  results: (runId: string): Promise<QuestionResults[]> =>
    db.selectFrom('question_results').selectAll().where('run_id', '=', runId).orderBy('message_id', 'desc').execute(),

  async keep(run: QuestionRuns, results: readonly QuestionResults[]): Promise<void> {
    await db.transaction().execute(async (tx) => {
      await tx.insertInto('question_runs').values(run).execute();
      for (let at = 0; at < results.length; at += rowsPerInsert)
        await tx
          .insertInto('question_results')
          .values(results.slice(at, at + rowsPerInsert))
          .execute();
    });
  },

  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await db.deleteFrom('question_runs').where('id', 'in', ids).execute();
  },
});
export type QuestionRepository = ReturnType<typeof createQuestionRepository>;
