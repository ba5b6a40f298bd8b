import type { Migration } from './migration.ts';

/** What older turns were summarised to, and what a person wants to be remembered. */
export const contextAndMemory: Migration = {
  id: '0041-context-and-memory',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('context_summaries')
        .addColumn('message_id', t.id, (c) => c.primaryKey())
        .addColumn('conversation_id', t.id, (c) => c.notNull())
        .addColumn('text', t.text, (c) => c.notNull())
        .addColumn('turns', t.bigint, (c) => c.notNull())
        .addColumn('omitted', t.bigint, (c) => c.notNull())
        .addColumn('files', t.text, (c) => c.notNull())
        .addColumn('model', t.short)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('context_summaries_message', ['message_id'], 'messages', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .addForeignKeyConstraint('context_summaries_conversation', ['conversation_id'], 'conversations', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute(),
    (db, { t }) =>
      db.schema
        .createTable('memories')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('content', t.text, (c) => c.notNull())
        .addColumn('content_key', t.key, (c) => c.notNull())
        .addColumn('terms', t.text, (c) => c.notNull())
        .addColumn('enabled', t.flag, (c) => c.notNull())
        .addColumn('origin', t.key, (c) => c.notNull())
        .addColumn('conversation_id', t.id)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('memories_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .addUniqueConstraint('memories_once', ['user_id', 'content_key'])
        .execute(),
    (db, { t }) =>
      db.schema
        .createTable('memory_settings')
        .addColumn('user_id', t.id, (c) => c.primaryKey())
        .addColumn('enabled', t.flag, (c) => c.notNull())
        .addColumn('learns', t.flag, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('memory_settings_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    async (db, { t }) => {
      await db.schema
        .alterTable('conversations')
        .addColumn('memory', t.flag, (c) => c.notNull().defaultTo(1))
        .execute();
    },
  ],
};
