import type { Migration } from './migration.ts';

/** Questions whose answers were rated down: what should have been found for each, and what was each time that all were asked again. */
export const questionRuns: Migration = {
  id: '0195-question-runs',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('question_expectations')
        .addColumn('message_id', t.id, (c) => c.primaryKey())
        .addColumn('places', t.text, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('question_expectations_message', ['message_id'], 'messages', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute(),
    (db, { t }) =>
      db.schema
        .createTable('question_runs')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('user_id', t.id)
        .addColumn('setup', t.text, (c) => c.notNull())
        .addColumn('totals', t.text, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('question_runs_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    (db, { t }) =>
      db.schema
        .createTable('question_results')
        .addColumn('run_id', t.id, (c) => c.notNull())
        .addColumn('message_id', t.id, (c) => c.notNull())
        .addColumn('result', t.text, (c) => c.notNull())
        .addPrimaryKeyConstraint('question_results_key', ['run_id', 'message_id'])
        .addForeignKeyConstraint('question_results_run', ['run_id'], 'question_runs', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .addForeignKeyConstraint('question_results_message', ['message_id'], 'messages', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute(),
  ],
};
