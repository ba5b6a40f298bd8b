import type { AdminMcpServer, McpListedTool } from '../../../shared/api/mcp.ts';
import { toIso } from '../../lib/clock.ts';
import { mask, maskAll } from '../../lib/kept-secrets.ts';
import type { McpTool } from '../../platform/mcp/driver.ts';
import { offeredAs } from './names.ts';
import { asks, isOffered } from './source.ts';
import type { McpServer } from './stored.ts';

export const presentTool = (server: McpServer, tool: McpTool): McpListedTool => ({
  name: tool.name,
  offered_as: offeredAs(server.slug, tool.name),
  title: tool.title,
  description: tool.description,
  read_only: tool.readOnly,
  offered: isOffered(server, tool),
  asks: asks(server, tool),
  changed: asks(server, tool) && tool.name in server.unasked,
});

/** A server as admins see it: secrets masked. */
export function presentServer(server: McpServer, redirectUri: string): AdminMcpServer {
  const { connection, client } = server;
  const isOwnClient = client !== null && client.registeredAt === null;
  return {
    id: server.id,
    slug: server.slug,
    name: server.name,
    source: server.source,
    transport: connection.kind,
    url: connection.kind === 'http' ? connection.url : null,
    // Without its arguments: they may hold secrets.
    command: connection.kind === 'stdio' ? connection.program.command : null,
    headers: connection.kind === 'http' ? maskAll(connection.headers) : {},
    auth: server.auth,
    client_id: isOwnClient ? client.id : null,
    client_secret: isOwnClient && client.secret !== null ? mask(client.secret) : null,
    scopes: server.scopes,
    redirect_uri: redirectUri,
    connected: server.auth === 'shared' ? server.tokens !== null : null,
    enabled: server.enabled,
    tools: server.toolNames && [...server.toolNames],
    unasked: Object.keys(server.unasked),
    group_ids: server.groupIds && [...server.groupIds],
    timeout_ms: server.timeoutMs,
    listed_tools: (server.listed ?? []).map((tool) => presentTool(server, tool)),
    listed_at: server.listedAt === null ? null : toIso(server.listedAt),
    created_at: server.createdAt === null ? null : toIso(server.createdAt),
    updated_at: server.updatedAt === 0 ? null : toIso(server.updatedAt),
  };
}
