import type { Kysely } from 'kysely';
import { insertIfAbsent, upsert, type Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';

export type McpServerRow = DB['mcp_servers'];
export type McpConnectionRow = DB['mcp_connections'];
type Listing = Pick<McpServerRow, 'tools' | 'listed_at'>;

export type McpRepository = ReturnType<typeof createMcpRepository>;

export const createMcpRepository = (db: Kysely<DB>, engine: Engine) => ({
  list: (): Promise<McpServerRow[]> =>
    db.selectFrom('mcp_servers').selectAll().orderBy('created_at').orderBy('id').execute(),

  /** Fails with a unique violation where the slug is taken. */
  async insert(row: McpServerRow): Promise<void> {
    await db.insertInto('mcp_servers').values(row).execute();
  },
  insertIfAbsent: (row: McpServerRow): Promise<boolean> => insertIfAbsent(db, engine, 'mcp_servers', row),
  async update(id: string, changes: Partial<McpServerRow>): Promise<void> {
    await db.updateTable('mcp_servers').set(changes).where('id', '=', id).execute();
  },
  /** Deletes what was once said about a server of the configuration that is there no more. */
  async deleteRules(slug: string): Promise<void> {
    await db.deleteFrom('mcp_servers').where('slug', '=', slug).where('url', 'is', null).execute();
  },
  async delete(id: string): Promise<boolean> {
    const { numDeletedRows } = await db.deleteFrom('mcp_servers').where('id', '=', id).executeTakeFirst();
    return numDeletedRows > 0n;
  },

  connection: (serverId: string, userId: string): Promise<McpConnectionRow | undefined> =>
    db
      .selectFrom('mcp_connections')
      .selectAll()
      .where('server_id', '=', serverId)
      .where('user_id', '=', userId)
      .executeTakeFirst(),
  connectionsOf: (userId: string): Promise<McpConnectionRow[]> =>
    db.selectFrom('mcp_connections').selectAll().where('user_id', '=', userId).execute(),
  /** A new sign-in forgets what the one before it was shown. */
  putConnection: (row: McpConnectionRow): Promise<void> =>
    upsert(
      db,
      engine,
      'mcp_connections',
      row,
      ['server_id', 'user_id'],
      ['tokens', 'tools', 'listed_at', 'updated_at'],
    ),
  async changeConnection(serverId: string, userId: string, changes: Partial<McpConnectionRow>): Promise<void> {
    await db
      .updateTable('mcp_connections')
      .set(changes)
      .where('server_id', '=', serverId)
      .where('user_id', '=', userId)
      .execute();
  },
  async deleteConnection(serverId: string, userId: string): Promise<boolean> {
    const { numDeletedRows } = await db
      .deleteFrom('mcp_connections')
      .where('server_id', '=', serverId)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  },
  async deleteConnectionsTo(serverId: string): Promise<void> {
    await db.deleteFrom('mcp_connections').where('server_id', '=', serverId).execute();
  },

  async putListing(serverId: string, userId: string | null, listing: Listing): Promise<void> {
    if (userId === null) await db.updateTable('mcp_servers').set(listing).where('id', '=', serverId).execute();
    else
      await db
        .updateTable('mcp_connections')
        .set(listing)
        .where('server_id', '=', serverId)
        .where('user_id', '=', userId)
        .execute();
  },

  async groupsOf(userId: string): Promise<string[]> {
    const rows = await db.selectFrom('group_members').select('group_id').where('user_id', '=', userId).execute();
    return rows.map(({ group_id }) => group_id);
  },
});
