import type { Role } from '../../../shared/permissions.ts';
import { seconds } from '../../lib/clock.ts';
import type { McpTool } from '../../platform/mcp/driver.ts';
import type { Tool } from '../tools/tool.ts';
import type { Connections } from './connections.ts';
import type { Listings } from './listings.ts';
import { markOf, offeredAs, slugIn } from './names.ts';
import type { McpRecords } from './records.ts';
import type { McpRepository } from './repository.ts';
import type { McpServer, Owner } from './stored.ts';

/** How long a call may take where nobody said otherwise. */
export const CALL_MS = seconds(60);

export type Viewer = { userId: string; role: Role };

type Deps = {
  records: Pick<McpRecords, 'all'>;
  repository: Pick<McpRepository, 'groupsOf' | 'connectionsOf'>;
  connections: Pick<Connections, 'using'>;
  listings: Pick<Listings, 'of'>;
  /** Others' words, marked as such. */
  quoted(texts: readonly string[]): string;
};

/** Whether a tool runs without asking: only as it was when that was decided. */
export const asks = ({ unasked }: Pick<McpServer, 'unasked'>, tool: McpTool): boolean =>
  unasked[tool.name] !== markOf(tool);

export const isOffered = ({ toolNames }: Pick<McpServer, 'toolNames'>, { name }: McpTool): boolean =>
  toolNames === null || toolNames.includes(name);

export type McpSource = ReturnType<typeof createMcpSource>;

/** The servers that somebody may use, and their tools as answers call them. */
export function createMcpSource({ records, repository, connections, listings, quoted }: Deps) {
  /** Those that are switched on; admins may use all, others those of their groups. */
  async function servers({ userId, role }: Viewer): Promise<McpServer[]> {
    const on = (await records.all()).filter(({ enabled }) => enabled);
    if (role === 'admin' || on.every(({ groupIds }) => groupIds === null)) return on;
    const groups = new Set(await repository.groupsOf(userId));
    return on.filter(({ groupIds }) => groupIds === null || groupIds.some((id) => groups.has(id)));
  }

  /** Whose listing and sign-in somebody uses there; null where they are not signed in. */
  async function known(all: readonly McpServer[], { userId }: Viewer) {
    const own = all.some(({ auth }) => auth === 'each') ? await repository.connectionsOf(userId) : [];
    return all.flatMap((server) => {
      if (server.auth === 'shared' && server.tokens === null) return [];
      if (server.auth !== 'each') return [{ server, owner: 'all' as Owner, tools: server.listed, at: server.listedAt }];
      const row = own.find(({ server_id }) => server_id === server.id);
      const tools = row?.tools ? (JSON.parse(row.tools) as McpTool[]) : null;
      return row ? [{ server, owner: userId, tools, at: row.listed_at }] : [];
    });
  }

  const offered = (server: McpServer, owner: Owner, tool: McpTool): Tool => ({
    name: offeredAs(server.slug, tool.name),
    title: tool.title,
    description: tool.description,
    server: { id: server.id, name: server.name },
    parameters: tool.parameters,
    asks: asks(server, tool) ? 'always' : 'never',
    timeoutMs: server.timeoutMs ?? CALL_MS,
    needsApproval: () => asks(server, tool),
    async run(args, { signal }) {
      const { content, isError, media } = await connections.using(server, owner, (client) =>
        client.callTool(tool.name, args, { timeoutMs: server.timeoutMs ?? CALL_MS, signal }),
      );
      return { content: quoted([content]), isError, media };
    },
  });

  return {
    servers,

    /** All tools of a person, or those among `wanted`: then no other server is looked at. */
    async tools(viewer: Viewer, wanted?: ReadonlySet<string>): Promise<Tool[]> {
      const slugs = wanted && new Set([...wanted].map(slugIn));
      if (slugs && slugs.size === 1 && slugs.has(undefined)) return [];
      const usable = (await servers(viewer)).filter(({ slug }) => !slugs || slugs.has(slug));
      const found = await Promise.all(
        (await known(usable, viewer)).map(async ({ server, owner, tools, at }) => {
          const listed = await listings.of(server, owner, { tools, at });
          return listed.filter((tool) => isOffered(server, tool)).map((tool) => offered(server, owner, tool));
        }),
      );
      return found.flat();
    },
  };
}
