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

export const foundation: Migration = {
  id: '0001-foundation',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('users')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('email', t.key, (c) => c.notNull())
        .addColumn('username', t.short)
        .addColumn('username_key', t.key)
        .addColumn('name', t.short, (c) => c.notNull())
        .addColumn('role', t.key, (c) => c.notNull())
        .addColumn('is_active', t.flag, (c) => c.notNull())
        .addColumn('password_hash', t.short)
        .addColumn('email_verified', t.flag, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .addColumn('last_active_at', t.bigint)
        .execute(),
    unique('users_email', 'users', ['email']),
    unique('users_username', 'users', ['username_key']),

    (db, { t }) =>
      db.schema
        .createTable('sessions')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('token_hash', t.hash, (c) => c.notNull())
        .addColumn('user_agent', t.short, (c) => c.notNull())
        .addColumn('ip', t.key, (c) => c.notNull())
        .addColumn('remember', t.flag, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('last_seen_at', t.bigint, (c) => c.notNull())
        .addColumn('idle_expires_at', t.bigint, (c) => c.notNull())
        .addColumn('absolute_expires_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('sessions_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    unique('sessions_token', 'sessions', ['token_hash']),
    index('sessions_user', 'sessions', ['user_id']),
    index('sessions_idle', 'sessions', ['idle_expires_at']),

    (db, { t }) =>
      db.schema
        .createTable('settings')
        .addColumn('key', t.key, (c) => c.primaryKey())
        .addColumn('value', t.text, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .execute(),

    (db, { t }) =>
      db.schema
        .createTable('conversations')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('title', t.short, (c) => c.notNull())
        .addColumn('title_by_user', t.flag, (c) => c.notNull())
        .addColumn('model', t.short)
        .addColumn('pinned', t.flag, (c) => c.notNull())
        .addColumn('archived', t.flag, (c) => c.notNull())
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('conversations_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    async (db) => {
      await sql`create index conversations_recent on conversations (user_id, archived, updated_at desc, id desc)`.execute(
        db,
      );
    },

    (db, { t }) =>
      db.schema
        .createTable('messages')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('conversation_id', t.id, (c) => c.notNull())
        .addColumn('parent_id', t.id)
        .addColumn('role', t.key, (c) => c.notNull())
        .addColumn('content', t.text, (c) => c.notNull())
        .addColumn('parts', t.text, (c) => c.notNull())
        .addColumn('status', t.key, (c) => c.notNull())
        .addColumn('model', t.short)
        .addColumn('provider', t.short)
        .addColumn('prompt_tokens', t.int)
        .addColumn('completion_tokens', t.int)
        .addColumn('finish_reason', t.key)
        .addColumn('sources', t.text, (c) => c.notNull())
        .addColumn('error_code', t.key)
        .addColumn('error_message', t.text)
        .addColumn('generation_id', t.id)
        .addColumn('first_token_ms', t.int)
        .addColumn('duration_ms', t.int)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('messages_conversation', ['conversation_id'], 'conversations', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute(),
    index('messages_order', 'messages', ['conversation_id', 'created_at', 'id']),
    index('messages_parent', 'messages', ['parent_id']),

    (db, { t }) =>
      db.schema
        .createTable('generations')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('conversation_id', t.id, (c) => c.notNull())
        .addColumn('message_id', t.id, (c) => c.notNull())
        .addColumn('status', t.key, (c) => c.notNull())
        .addColumn('owner', t.key, (c) => c.notNull())
        .addColumn('heartbeat_at', t.bigint, (c) => c.notNull())
        .addColumn('cancel_requested', t.flag, (c) => c.notNull())
        .addColumn('idempotency_key', t.key)
        .addColumn('body_hash', t.hash)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('finished_at', t.bigint)
        .addForeignKeyConstraint('generations_conversation', ['conversation_id'], 'conversations', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute(),
    unique('generations_idempotency', 'generations', ['user_id', 'idempotency_key']),
    index('generations_status', 'generations', ['status', 'heartbeat_at']),
    index('generations_finished', 'generations', ['finished_at']),
    index('generations_conversation', 'generations', ['conversation_id']),

    (db, { t }) =>
      db.schema
        .createTable('generation_log')
        .addColumn('generation_id', t.id, (c) => c.notNull())
        .addColumn('first_seq', t.int, (c) => c.notNull())
        .addColumn('last_seq', t.int, (c) => c.notNull())
        .addColumn('frames', t.text, (c) => c.notNull())
        .addPrimaryKeyConstraint('generation_log_key', ['generation_id', 'first_seq'])
        .addForeignKeyConstraint('generation_log_generation', ['generation_id'], 'generations', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .execute(),

    (db, { t }) =>
      db.schema
        .createTable('files')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('filename', t.short, (c) => c.notNull())
        .addColumn('content_type', t.key, (c) => c.notNull())
        .addColumn('size', t.bigint, (c) => c.notNull())
        .addColumn('sha256', t.hash, (c) => c.notNull())
        .addColumn('storage_key', t.key, (c) => c.notNull())
        .addColumn('status', t.key, (c) => c.notNull())
        .addColumn('status_detail', t.short)
        .addColumn('page_count', t.int)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .addForeignKeyConstraint('files_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    index('files_owner', 'files', ['user_id', 'id']),

    (db, { t }) =>
      db.schema
        .createTable('passages')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('file_id', t.id, (c) => c.notNull())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('ordinal', t.int, (c) => c.notNull())
        .addColumn('page', t.int)
        .addColumn('text', t.text, (c) => c.notNull())
        .addForeignKeyConstraint('passages_file', ['file_id'], 'files', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
    unique('passages_order', 'passages', ['file_id', 'ordinal']),
    index('passages_owner', 'passages', ['user_id', 'file_id']),

    // The full-text index over analysed terms. SQLite: FTS5 beside a plain table; PostgreSQL: tsvector; MySQL: FULLTEXT.
    // FTS5 points at row_id, which is declared because VACUUM may renumber an implicit rowid.
    (db, { t, engine }) => {
      const table = db.schema.createTable('passage_terms');
      const keyed =
        engine === 'sqlite'
          ? table
              .addColumn('row_id', t.int, (c) => c.primaryKey())
              .addColumn('passage_id', t.id, (c) => c.notNull().unique())
          : table.addColumn('passage_id', t.id, (c) => c.primaryKey());
      // Terms are ASCII by construction; MySQL's full-text index would otherwise fold letters that the analysis keeps apart.
      const terms = engine === 'mysql' ? sql`longtext character set ascii collate ascii_bin` : t.text;
      const complete = keyed
        .addColumn('file_id', t.id, (c) => c.notNull())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('terms', terms, (c) => c.notNull());
      // Stored, since making a vector again for each row that is only filtered costs more than everything else in a search.
      const searchable =
        engine === 'postgres'
          ? complete.addColumn('vector', sql`tsvector generated always as (to_tsvector('simple', terms)) stored`)
          : complete;
      return searchable
        .addForeignKeyConstraint('passage_terms_file', ['file_id'], 'files', ['id'], (c) => c.onDelete('cascade'))
        .execute();
    },
    index('passage_terms_file', 'passage_terms', ['file_id']),
    async (db, { engine }) => {
      if (engine === 'sqlite') {
        // Only which rows hold which term is asked of the index, so neither positions nor sizes are kept.
        await sql`create virtual table passage_index using fts5(
          terms, content='passage_terms', content_rowid='row_id', tokenize='ascii', detail='none', columnsize=0
        )`.execute(db);
      } else if (engine === 'postgres') {
        // Rows wait in no pending list, which every search would have to read through.
        await sql`create index passage_index on passage_terms using gin (vector) with (fastupdate = off)`.execute(db);
      } else {
        await sql`create fulltext index passage_index on passage_terms (terms)`.execute(db);
      }
    },
    async (db, { engine }) => {
      if (engine !== 'sqlite') return;
      await sql`create trigger passage_terms_added after insert on passage_terms begin
        insert into passage_index (rowid, terms) values (new.row_id, new.terms);
      end`.execute(db);
    },
    async (db, { engine }) => {
      if (engine !== 'sqlite') return;
      await sql`create trigger passage_terms_removed after delete on passage_terms begin
        insert into passage_index (passage_index, rowid, terms) values ('delete', old.row_id, old.terms);
      end`.execute(db);
    },

    (db, { t }) =>
      db.schema
        .createTable('jobs')
        .addColumn('id', t.id, (c) => c.primaryKey())
        .addColumn('queue', t.key, (c) => c.notNull())
        .addColumn('kind', t.key, (c) => c.notNull())
        .addColumn('payload', t.text, (c) => c.notNull())
        .addColumn('status', t.key, (c) => c.notNull())
        .addColumn('attempts', t.int, (c) => c.notNull())
        .addColumn('max_attempts', t.int, (c) => c.notNull())
        .addColumn('run_at', t.bigint, (c) => c.notNull())
        .addColumn('lease_owner', t.key)
        .addColumn('lease_until', t.bigint)
        .addColumn('progress', t.real, (c) => c.notNull())
        .addColumn('last_error', t.text)
        .addColumn('dedupe_key', t.key)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('finished_at', t.bigint)
        .execute(),
    unique('jobs_dedupe', 'jobs', ['dedupe_key']),
    index('jobs_due', 'jobs', ['status', 'run_at']),
    index('jobs_lease', 'jobs', ['status', 'lease_until']),
  ],
};
