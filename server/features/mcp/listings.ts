import { setTimeout as sleep } from 'node:timers/promises';
import { minutes, seconds, type Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';
import type { McpTool } from '../../platform/mcp/driver.ts';
import type { Connections } from './connections.ts';
import type { McpRecords } from './records.ts';
import type { McpServer, Owner } from './stored.ts';

/** A listing that is older is asked for anew, behind the back of whoever reads the old one. */
const STALE_MS = minutes(30);
/** A server that did not list its tools is left alone for this long. */
const LEFT_ALONE_MS = minutes(1);
/** How long it is waited for further changes before a server is asked what they are. */
const CALM_MS = 200;
/** How long somebody waits for the very first listing. */
const FIRST_MS = seconds(5);

type Deps = {
  records: Pick<McpRecords, 'putListing' | 'one'>;
  connections: Pick<Connections, 'using'>;
  logger: Pick<Logger, 'warn'>;
  now: Clock;
};

/** What is known of a listing. */
export type Known = { tools: readonly McpTool[] | null; at: number | null };

export type Listings = ReturnType<typeof createListings>;

/** What servers list. It is kept, so that an answer begins without asking anybody, and a server that is away takes no tool away. */
export function createListings({ records, connections, logger, now }: Deps) {
  const running = new Map<string, Promise<McpTool[]>>();
  const failedAt = new Map<string, number>();
  const told = new Set<string>();
  const keyOf = (id: string, owner: Owner): string => JSON.stringify([id, owner]);

  async function list(server: McpServer, owner: Owner): Promise<McpTool[]> {
    const tools = await connections.using(server, owner, (client) => client.listTools());
    await records.putListing(server, owner === 'all' ? null : owner, tools);
    return tools;
  }

  /** Asks the server. Whoever comes while it is asked gets the same answer. */
  function refresh(server: McpServer, owner: Owner): Promise<McpTool[]> {
    const key = keyOf(server.id, owner);
    const before = running.get(key);
    if (before) return before;
    const asked = list(server, owner);
    running.set(key, asked);
    asked
      .then(
        () => failedAt.delete(key),
        () => failedAt.set(key, now()),
      )
      .finally(() => running.delete(key));
    return asked;
  }

  function inBackground(server: McpServer, owner: Owner): Promise<McpTool[]> {
    return refresh(server, owner).catch((error: unknown) => {
      logger.warn({ err: error, mcp: server.id }, 'an MCP server did not list its tools');
      return [];
    });
  }

  return {
    refresh,

    /** What it listed last; of a server that was never asked, what it says within a few seconds. */
    async of(server: McpServer, owner: Owner, { tools, at }: Known): Promise<readonly McpTool[]> {
      const isFresh = at !== null && now() - at < STALE_MS;
      const isLeftAlone = now() - (failedAt.get(keyOf(server.id, owner)) ?? -Infinity) < LEFT_ALONE_MS;
      if (isFresh || isLeftAlone) return tools ?? [];
      const asked = inBackground(server, owner);
      if (tools) return tools;
      const patience = new AbortController();
      const late = sleep(FIRST_MS, [], { signal: patience.signal, ref: false }).catch(() => []);
      return Promise.race([asked, late]).finally(() => patience.abort());
    },

    /** The server said that it has other tools. Saying so again and again makes nobody ask more often. */
    changed(serverId: string, owner: Owner): void {
      const key = keyOf(serverId, owner);
      if (told.has(key)) return;
      told.add(key);
      setTimeout(() => {
        told.delete(key);
        void records
          .one(serverId)
          .then((server) => inBackground(server, owner))
          .catch((error: unknown) => logger.warn({ err: error, mcp: serverId }, 'an MCP server could not be found'));
      }, CALM_MS).unref();
    },
  };
}
