import type { Kysely } from 'kysely';
import type { FeedbackQuery } from '../../../shared/api/feedback.ts';
import { insertRows } from '../../db/compiled.ts';
import { upsert, type Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';

export type FeedbackRow = DB['feedback'];

export type FeedbackRepository = ReturnType<typeof createFeedbackRepository>;

export const createFeedbackRepository = (db: Kysely<DB>, engine: Engine) => ({
  list: (
    userId: string,
    { cursor, message_id: messageId, conversation_id: conversationId }: FeedbackQuery,
    limit: number,
  ): Promise<FeedbackRow[]> =>
    db
      .selectFrom('feedback')
      .selectAll()
      .where('user_id', '=', userId)
      .$if(messageId !== undefined, (query) => query.where('message_id', '=', messageId ?? ''))
      .$if(conversationId !== undefined, (query) =>
        query.where('message_id', 'in', (from) =>
          from
            .selectFrom('messages')
            .select('id')
            .where('conversation_id', '=', conversationId ?? ''),
        ),
      )
      .$if(cursor !== undefined, (query) => query.where('id', '<', cursor ?? ''))
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),

  /** All that a person said of the answers of a conversation. */
  ofConversation: (userId: string, conversationId: string): Promise<FeedbackRow[]> =>
    db
      .selectFrom('feedback')
      .innerJoin('messages', 'messages.id', 'feedback.message_id')
      .selectAll('feedback')
      .where('feedback.user_id', '=', userId)
      .where('messages.conversation_id', '=', conversationId)
      .execute(),

  insert: (rows: readonly FeedbackRow[]): Promise<void> => insertRows(db, 'feedback', rows),

  find: (userId: string, id: string): Promise<FeedbackRow | undefined> =>
    db.selectFrom('feedback').selectAll().where('id', '=', id).where('user_id', '=', userId).executeTakeFirst(),

  ofMessage: (userId: string, messageId: string): Promise<FeedbackRow> =>
    db
      .selectFrom('feedback')
      .selectAll()
      .where('user_id', '=', userId)
      .where('message_id', '=', messageId)
      .executeTakeFirstOrThrow(),

  /** One for each person and message: a second one takes the first one's place. */
  put: (row: FeedbackRow): Promise<void> =>
    upsert(db, engine, 'feedback', row, ['user_id', 'message_id'], ['rating', 'reason', 'comment', 'updated_at']),

  async update(id: string, changes: Partial<FeedbackRow>): Promise<void> {
    await db.updateTable('feedback').set(changes).where('id', '=', id).execute();
  },

  async remove(userId: string, id: string): Promise<void> {
    await db.deleteFrom('feedback').where('id', '=', id).where('user_id', '=', userId).execute();
  },
});
