import type { Migration } from './migration.ts';

/** Ways of being answered that people set up, and with whom they are shared. */
export const assistants: Migration = {
  id: '0130-assistants',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('assistants')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('name', t.short, (c) => c.notNull())
        .addColumn('description', t.text, (c) => c.notNull())
        .addColumn('emoji', t.short)
        .addColumn('model', t.short)
        .addColumn('system', t.text, (c) => c.notNull())
        .addColumn('options', t.text, (c) => c.notNull())
        .addColumn('collections', t.text, (c) => c.notNull())
        .addColumn('files', t.text, (c) => c.notNull())
        .addColumn('tools', t.text, (c) => c.notNull())
        .addColumn('starters', t.text, (c) => c.notNull())
        .addColumn('everyone', t.flag, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('assistants_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    async (db) => {
      await db.schema.createIndex('assistants_owner').on('assistants').columns(['user_id']).execute();
    },
    (db, { t }) =>
      db.schema
        .createTable('assistant_shares')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('assistant_id', t.id, (c) => c.notNull())
        .addColumn('user_id', t.id)
        .addColumn('group_id', t.id)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('assistant_shares_of', ['assistant_id'], 'assistants', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .addForeignKeyConstraint('assistant_shares_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .addForeignKeyConstraint('assistant_shares_group', ['group_id'], 'user_groups', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .addUniqueConstraint('assistant_shares_people', ['assistant_id', 'user_id'])
        .addUniqueConstraint('assistant_shares_groups', ['assistant_id', 'group_id'])
        .execute(),
    async (db, { t }) => {
      await db.schema.alterTable('conversations').addColumn('assistant_id', t.id).execute();
    },
    async (db, { t }) => {
      await db.schema.alterTable('messages').addColumn('assistant', t.text).execute();
    },
  ],
};
