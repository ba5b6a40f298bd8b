import type { Migration } from './migration.ts';

/** Messages that wait until the answer before them has ended. */
export const messageQueue: Migration = {
  id: '0010-message-queue',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('queued_messages')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('conversation_id', t.id, (c) => c.notNull())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('content', t.text, (c) => c.notNull())
        .addColumn('model', t.short)
        .addColumn('files', t.text, (c) => c.notNull())
        .addColumn('error_code', t.key)
        .addColumn('error_message', t.text)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('queued_messages_conversation', ['conversation_id'], 'conversations', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute(),
    async (db) => {
      await db.schema
        .createIndex('queued_messages_order')
        .on('queued_messages')
        .columns(['conversation_id', 'created_at', 'id'])
        .execute();
    },
  ],
};
