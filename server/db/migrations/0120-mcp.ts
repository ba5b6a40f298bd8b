import type { Migration } from './migration.ts';

/** Servers whose tools answers may call, and who is signed in there. */
export const mcp: Migration = {
  id: '0120-mcp',
  steps: [
    (db, { t }) =>
      db.schema
        .createTable('mcp_servers')
        .addColumn('id', t.key, (c) => c.primaryKey())
        .addColumn('slug', t.key, (c) => c.notNull())
        .addColumn('name', t.short, (c) => c.notNull())
        .addColumn('url', t.text)
        .addColumn('headers', t.text)
        .addColumn('auth', t.key, (c) => c.notNull())
        .addColumn('client', t.text)
        .addColumn('scopes', t.text)
        .addColumn('tokens', t.text)
        .addColumn('enabled', t.flag, (c) => c.notNull())
        .addColumn('timeout_ms', t.int)
        .addColumn('tool_names', t.text)
        .addColumn('unasked', t.text, (c) => c.notNull())
        .addColumn('group_ids', t.text)
        .addColumn('tools', t.text)
        .addColumn('listed_at', t.bigint)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .execute(),
    (db) => db.schema.createIndex('mcp_servers_slug').unique().on('mcp_servers').columns(['slug']).execute(),
    (db, { t }) =>
      db.schema
        .createTable('mcp_connections')
        .addColumn('server_id', t.key, (c) => c.notNull())
        .addColumn('user_id', t.id, (c) => c.notNull())
        .addColumn('tokens', t.text, (c) => c.notNull())
        .addColumn('tools', t.text)
        .addColumn('listed_at', t.bigint)
        .addColumn('created_at', t.bigint, (c) => c.notNull())
        .addColumn('updated_at', t.bigint, (c) => c.notNull())
        .addPrimaryKeyConstraint('mcp_connections_key', ['server_id', 'user_id'])
        .addForeignKeyConstraint('mcp_connections_server', ['server_id'], 'mcp_servers', ['id'], (c) =>
          c.onDelete('cascade'),
        )
        .addForeignKeyConstraint('mcp_connections_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
        .execute(),
  ],
};
