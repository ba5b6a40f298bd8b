import type { Migration } from './migration.ts';

/** Questions whether a tool may act, and tools that are not asked about again in a conversation. */
export const tools: Migration = {
  id: '0040-tools',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('tool_approvals')
        .addColumn('generation_id', t.id, (c) => c.notNull())
        .addColumn('tool_call_id', t.key, (c) => c.notNull())
        .addColumn('tool', t.key, (c) => c.notNull())
        .addColumn('allowed', t.flag)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addPrimaryKeyConstraint('tool_approvals_key', ['generation_id', 'tool_call_id'])
        .addForeignKeyConstraint('tool_approvals_generation', ['generation_id'], 'generations', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute(),
    (db, { t }) =>
      db.schema
        .createTable('tool_grants')
        .addColumn('conversation_id', t.id, (c) => c.notNull())
        .addColumn('tool', t.key, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addPrimaryKeyConstraint('tool_grants_key', ['conversation_id', 'tool'])
        .addForeignKeyConstraint('tool_grants_conversation', ['conversation_id'], 'conversations', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute(),
  ],
};
