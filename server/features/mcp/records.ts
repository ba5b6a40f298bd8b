import type { ConfiguredMcpServer } from '../../config/mcp.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Sealer } from '../../lib/crypto.ts';
import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { McpTool } from '../../platform/mcp/driver.ts';
import type { McpRepository, McpServerRow } from './repository.ts';
import type { McpServer, OauthClient, Tokens } from './stored.ts';

type Deps = {
  repository: McpRepository;
  sealer: Sealer;
  configured: readonly ConfiguredMcpServer[];
  logger: Pick<Logger, 'error'>;
  now: Clock;
};

const json = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T));
export const noServer = (): AppError => new AppError('NOT_FOUND', { message: 'There is no such MCP server.' });

export type McpRecords = ReturnType<typeof createMcpRecords>;

/** The servers of the configuration and those that admins have added, secrets in the clear in memory alone. */
export function createMcpRecords({ repository, sealer, configured, logger, now }: Deps) {
  const contextOf = (id: string, field: string): string => `mcp:${id}:${field}`;

  /** What cannot be read any more (another SECRET_KEY) is as none: the server will say that it is missing. */
  function unseal<T>(text: string | null, id: string, field: string): T | null {
    if (text === null) return null;
    try {
      return JSON.parse(sealer.open(text, contextOf(id, field))) as T;
    } catch (error) {
      logger.error({ err: error, mcp: id, field }, 'a secret of an MCP server cannot be read; type it again');
      return null;
    }
  }
  const seal = (value: unknown, id: string, field: string): string | null =>
    value === null ? null : sealer.seal(JSON.stringify(value), contextOf(id, field));

  const rulesOf = (row: McpServerRow) => ({
    enabled: row.enabled === 1,
    timeoutMs: row.timeout_ms,
    toolNames: json<string[]>(row.tool_names),
    unasked: json<Record<string, string>>(row.unasked) ?? {},
    groupIds: json<string[]>(row.group_ids),
    listed: json<McpTool[]>(row.tools),
    listedAt: row.listed_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  });

  const fromRow = (row: McpServerRow & { url: string }): McpServer => ({
    id: row.id,
    slug: row.slug,
    name: row.name,
    source: 'stored',
    connection: {
      kind: 'http',
      url: row.url,
      headers: unseal<Record<string, string>>(row.headers, row.id, 'headers') ?? {},
    },
    auth: row.auth,
    client: unseal<OauthClient>(row.client, row.id, 'client'),
    scopes: row.scopes,
    tokens: unseal<Tokens>(row.tokens, row.id, 'tokens'),
    ...rulesOf(row),
  });

  const fromConfiguration = (
    { slug, name, connection }: ConfiguredMcpServer,
    row: McpServerRow | undefined,
  ): McpServer => ({
    id: slug,
    slug,
    name,
    source: 'configuration',
    connection,
    auth: 'none',
    client: null,
    scopes: null,
    tokens: null,
    enabled: true,
    timeoutMs: null,
    toolNames: null,
    unasked: {},
    groupIds: null,
    listed: null,
    listedAt: null,
    updatedAt: 0,
    ...(row && rulesOf(row)),
    createdAt: null,
  });

  const toRow = (server: McpServer): McpServerRow => {
    const { id, connection } = server;
    const stored = server.source === 'stored' && connection.kind === 'http' ? connection : undefined;
    const headers = stored && Object.keys(stored.headers).length > 0 ? stored.headers : null;
    return {
      id,
      slug: server.slug,
      name: server.name,
      url: stored?.url ?? null,
      headers: seal(headers, id, 'headers'),
      auth: server.auth,
      client: seal(server.client, id, 'client'),
      scopes: server.scopes,
      tokens: seal(server.tokens, id, 'tokens'),
      enabled: server.enabled ? 1 : 0,
      timeout_ms: server.timeoutMs,
      tool_names: server.toolNames && JSON.stringify(server.toolNames),
      unasked: JSON.stringify(server.unasked),
      group_ids: server.groupIds && JSON.stringify(server.groupIds),
      tools: server.listed && JSON.stringify(server.listed),
      listed_at: server.listedAt,
      created_at: server.createdAt ?? now(),
      updated_at: server.updatedAt,
    };
  };

  async function all(): Promise<McpServer[]> {
    const rows = await repository.list();
    const slugs = new Set(configured.map(({ slug }) => slug));
    return [
      ...configured.map((server) =>
        fromConfiguration(
          server,
          rows.find(({ slug, url }) => slug === server.slug && url === null),
        ),
      ),
      // Where the configuration took a name that an admin had used, the configuration is meant.
      ...rows.flatMap((row) => (row.url !== null && !slugs.has(row.slug) ? [fromRow({ ...row, url: row.url })] : [])),
    ];
  }

  return {
    all,
    toRow,
    seal,
    unseal,

    /** NOT_FOUND where there is none. */
    async one(id: string): Promise<McpServer> {
      const server = (await all()).find((one) => one.id === id);
      if (!server) throw noServer();
      return server;
    },

    /** Keeps what a server listed, to everybody or to one person. */
    async putListing(server: McpServer, userId: string | null, tools: readonly McpTool[]): Promise<void> {
      if (server.source === 'configuration') await repository.insertIfAbsent(toRow({ ...server, updatedAt: now() }));
      const listing = { tools: JSON.stringify(tools), listed_at: now() };
      if (userId !== null) await repository.putListing(server.id, userId, listing);
      // Also what it listed to one person: by that, admins decide which tools are offered, and which ask.
      await repository.putListing(server.id, null, listing);
    },
  };
}
