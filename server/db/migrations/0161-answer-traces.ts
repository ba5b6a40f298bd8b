import type { Migration } from './migration.ts';

/** What was looked at for each answer. */
export const answerTraces: Migration = {
  id: '0161-answer-traces',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('answer_traces')
        .addColumn('message_id', t.id, (c) => c.primaryKey())
        .addColumn('trace', t.text, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('answer_traces_message', ['message_id'], 'messages', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute(),
  ],
};
