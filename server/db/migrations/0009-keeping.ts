import { sql } from 'kysely';
import type { Migration, Step } from './migration.ts';

const index =
  (name: string, table: string, columns: string[]): Step =>
  async (db) => {
    await db.schema.createIndex(name).on(table).columns(columns).execute();
  };

const unique =
  (name: string, table: string, columns: string[]): Step =>
  async (db) => {
    await db.schema.createIndex(name).on(table).columns(columns).unique().execute();
  };

/** Conversations that are put away, found, shared and judged. */
export const keeping: Migration = {
  id: '0009-keeping',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('folders')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('parent_id', t.id)
        .addColumn('name', t.short, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('folders_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    index('folders_owner', 'folders', ['user_id']),
    (db, { t }) => db.schema.alterTable('conversations').addColumn('folder_id', t.id).execute(),
    (db, { t }) => db.schema.alterTable('conversations').addColumn('tags', t.text).execute(),
    index('conversations_folder', 'conversations', ['user_id', 'folder_id']),

    // As passage_terms: see 0001-foundation.
    (db, { t, engine }) => {
      const table = db.schema.createTable('message_terms');
      const keyed =
        engine === 'sqlite'
          ? table
              .addColumn('row_id', t.int, (c) => c.primaryKey())
              .addColumn('message_id', t.id, (c) => c.notNull().unique())
          : table.addColumn('message_id', t.id, (c) => c.primaryKey());
      const complete = keyed.addColumn(
        'terms',
        engine === 'mysql' ? sql`longtext character set ascii collate ascii_bin` : t.text,
        (c) => c.notNull(),
      );
      const searchable =
        engine === 'postgres'
          ? complete.addColumn('vector', sql`tsvector generated always as (to_tsvector('simple', terms)) stored`)
          : complete;
      return searchable
        .addForeignKeyConstraint('message_terms_message', ['message_id'], 'messages', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute();
    },
    async (db, { engine }) => {
      if (engine === 'sqlite') {
        await sql`create virtual table message_index using fts5(
          terms, content='message_terms', content_rowid='row_id', tokenize='ascii', detail='none', columnsize=0
        )`.execute(db);
      } else if (engine === 'postgres') {
        await sql`create index message_index on message_terms using gin (vector) with (fastupdate = off)`.execute(db);
      } else {
        await sql`create fulltext index message_index on message_terms (terms)`.execute(db);
      }
    },
    async (db, { engine }) => {
      if (engine !== 'sqlite') return;
      await sql`create trigger message_terms_added after insert on message_terms begin
        insert into message_index (rowid, terms) values (new.row_id, new.terms);
      end`.execute(db);
    },
    async (db, { engine }) => {
      if (engine !== 'sqlite') return;
      await sql`create trigger message_terms_removed after delete on message_terms begin
        insert into message_index (message_index, rowid, terms) values ('delete', old.row_id, old.terms);
      end`.execute(db);
    },

    (db, { t }) =>
      db.schema
        .createTable('share_links')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('token_hash', t.hash, (c) => c.notNull())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('conversation_id', t.id, (c) => c.notNull())
        .addColumn('mode', t.key, (c) => c.notNull())
        .addColumn('is_public', t.flag, (c) => c.notNull())
        .addColumn('title', t.short, (c) => c.notNull())
        .addColumn('snapshot', t.text)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('share_links_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .addForeignKeyConstraint('share_links_conversation', ['conversation_id'], 'conversations', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute(),
    unique('share_links_token', 'share_links', ['token_hash']),
    index('share_links_of', 'share_links', ['conversation_id']),

    (db, { t }) =>
      db.schema
        .createTable('feedback')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('message_id', t.id, (c) => c.notNull())
        .addColumn('rating', t.key, (c) => c.notNull())
        .addColumn('reason', t.key)
        .addColumn('comment', t.text)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('feedback_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .addForeignKeyConstraint('feedback_message', ['message_id'], 'messages', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    unique('feedback_once', 'feedback', ['user_id', 'message_id']),

    (db, { t }) =>
      db.schema
        .createTable('prompts')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('command', t.key, (c) => c.notNull())
        .addColumn('title', t.short, (c) => c.notNull())
        .addColumn('content', t.text, (c) => c.notNull())
        .addColumn('shared', t.flag, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('prompts_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    unique('prompts_command', 'prompts', ['user_id', 'command']),
    index('prompts_shared', 'prompts', ['shared']),
  ],
};
