import type { Kysely } from 'kysely';
import { upsert, type Engine } from '../../db/dialect.ts';
import type { QuestionResults, QuestionRuns } from '../../db/knowledge-tables.ts';
import type { DB } from '../../db/schema.ts';

/** Small enough that SQLite, which runs on the main thread, holds nobody up. */
const rowsPerStatement = 50;

function* portions<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += rowsPerStatement) yield all.slice(at, at + rowsPerStatement);
}

/** What should be found for saved questions, and what was each time they were asked again. */
export const createQuestionRepository = (db: Kysely<DB>, engine: Engine) => ({
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
  expect: (messageId: string, places: string, at: number): Promise<void> =>
    upsert(
      db,
      engine,
      'question_expectations',
      { message_id: messageId, places, updated_at: at },
      ['message_id'],
      ['places', 'updated_at'],
    ),

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

  /** Those of these answers that are there, and in a transaction stay until it ends. */
  async existing(messageIds: readonly string[]): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (const ids of portions(messageIds)) {
      const query = db.selectFrom('messages').select('id').where('id', 'in', ids);
      // On SQLite nobody else writes meanwhile anyway.
      const rows = await (engine === 'sqlite' ? query : query.forUpdate()).execute();
      for (const { id } of rows) found.add(id);
    }
    return found;
  },

  /** Give it a transaction. */
  async keep(run: QuestionRuns, results: readonly QuestionResults[]): Promise<void> {
    await db.insertInto('question_runs').values(run).execute();
    for (const rows of portions(results)) await db.insertInto('question_results').values(rows).execute();
  },

  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await db.deleteFrom('question_runs').where('id', 'in', ids).execute();
  },
});
export type QuestionRepository = ReturnType<typeof createQuestionRepository>;
