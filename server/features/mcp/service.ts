import type { AdminMcpServer, McpServerBody, McpServerPatch, McpTest } from '../../../shared/api/mcp.ts';
import { isUniqueViolation } from '../../db/dialect.ts';
import type { Clock } from '../../lib/clock.ts';
import { AppError, invalidField } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { newHeaders, newSecret } from '../../lib/kept-secrets.ts';
import { hostPortOf, type OutboundGuard } from '../../lib/outbound-guard.ts';
import { slugOf } from '../../lib/slug.ts';
import type { AuditService } from '../audit/service.ts';
import type { GroupService } from '../groups/service.ts';
import type { Connections } from './connections.ts';
import type { Listings } from './listings.ts';
import { markOf } from './names.ts';
import { presentServer, presentTool } from './present.ts';
import type { McpRecords } from './records.ts';
import type { McpRepository } from './repository.ts';
import { McpUnauthorized } from '../../platform/mcp/driver.ts';
import type { McpServer } from './stored.ts';

type Deps = {
  records: McpRecords;
  repository: McpRepository;
  connections: Connections;
  listings: Listings;
  groups: Pick<GroupService, 'checkAll'>;
  guard: OutboundGuard;
  redirectUri(serverId: string): string;
  audit: Pick<AuditService, 'record'>;
  now: Clock;
};

const connectionFields = ['name', 'url', 'headers', 'auth', 'client_id', 'client_secret', 'scopes'] as const;
const LONGEST_SLUG = 24;

export type McpService = ReturnType<typeof createMcpService>;

/** MCP servers as admins keep them. */
export function createMcpService(deps: Deps) {
  const { records, repository, connections, listings, groups, guard, redirectUri, audit, now } = deps;
  const present = (server: McpServer): AdminMcpServer => presentServer(server, redirectUri(server.id));
  const target = ({ id, name }: McpServer) => ({ kind: 'mcp_server', id, name });

  /** The address as it is kept. The guard lets exactly its host and port be private. */
  async function checkedAddress(text: string): Promise<string> {
    const url = URL.parse(text);
    if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
      throw invalidField('url', 'An address such as https://mcp.example.org/mcp, please.');
    url.hash = '';
    await guard.allowing([hostPortOf(url)]).checkUrl(url);
    return url.href;
  }

  /** What is kept with these changes. */
  async function changed(before: McpServer, patch: McpServerPatch): Promise<McpServer> {
    const { connection } = before;
    const kept = connection.kind === 'http' ? connection : undefined;
    const url = patch.url === undefined ? kept?.url : await checkedAddress(patch.url);
    const headers = patch.headers ? newHeaders(patch.headers, kept?.headers ?? {}) : (kept?.headers ?? {});
    // A secret goes to the address that it was typed for, and to no other.
    const moved = kept !== undefined && url !== undefined && kept.url !== '' && originOf(url) !== originOf(kept.url);
    const typed = Object.values(patch.headers ?? {});
    if (moved && Object.values(headers).some((value) => !typed.includes(value)))
      throw invalidField('headers', 'The address is another one: type the headers again that are to be sent there.');
    const client = clientOf(before, patch, moved);
    const signsInElsewhere =
      moved || (patch.auth !== undefined && patch.auth !== before.auth) || client !== before.client;
    const listed = before.listed ?? [];
    const unasked =
      patch.unasked &&
      Object.fromEntries(
        patch.unasked.flatMap((name) => {
          const tool = listed.find((one) => one.name === name);
          const mark = tool ? markOf(tool) : before.unasked[name];
          return mark === undefined ? [] : [[name, mark] as const];
        }),
      );
    return {
      ...before,
      name: patch.name ?? before.name,
      connection: url === undefined ? connection : { kind: 'http', url, headers },
      auth: patch.auth ?? before.auth,
      client,
      scopes: patch.scopes === undefined ? before.scopes : patch.scopes || null,
      tokens: signsInElsewhere ? null : before.tokens,
      enabled: patch.enabled ?? before.enabled,
      timeoutMs: patch.timeout_ms === undefined ? before.timeoutMs : patch.timeout_ms,
      toolNames: patch.tools === undefined ? before.toolNames : patch.tools,
      unasked: unasked ?? before.unasked,
      groupIds: patch.group_ids === undefined ? before.groupIds : patch.group_ids,
      ...(moved && { listed: null, listedAt: null, unasked: {} }),
      updatedAt: now(),
    };
  }

  async function named<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new AppError('CONFLICT', {
        message: 'There is an MCP server of this short name already. Choose another.',
        cause: error,
      });
    }
  }

  async function freeSlug(wanted: string | undefined, name: string): Promise<string> {
    const taken = new Set((await records.all()).map(({ slug }) => slug));
    if (wanted !== undefined) {
      if (!taken.has(wanted)) return wanted;
      throw new AppError('CONFLICT', { message: 'There is an MCP server of this short name already. Choose another.' });
    }
    const base = slugOf(name, LONGEST_SLUG) || 'mcp';
    for (let n = 1; ; n += 1) {
      const slug = n === 1 ? base : `${base.slice(0, LONGEST_SLUG - 4)}-${n}`;
      if (!taken.has(slug)) return slug;
    }
  }

  const checkGroups = (ids: readonly string[] | null | undefined, before: readonly string[] | null): Promise<void> =>
    groups.checkAll((ids ?? []).filter((id) => !before?.includes(id)));

  /** Asks for the list, and says what failed. */
  async function tried(server: McpServer): Promise<McpTest> {
    const startedAt = performance.now();
    const nothing = { server: null, tools: [], error: null, suggestion: null };
    const took = (): number => Math.round(performance.now() - startedAt);
    if (server.auth === 'each' || (server.auth === 'shared' && server.tokens === null))
      return { ...nothing, ok: false, needs_sign_in: true, latency_ms: 0 };
    try {
      // A session of its own: what is tried is what is kept, not what was there before.
      await connections.forget(server.id, 'all');
      const about = await connections.using(server, 'all', (client) => client.about());
      const tools = await listings.refresh(server, 'all');
      const shown = tools.map((tool) => presentTool(server, tool));
      return { ...nothing, ok: true, server: about ?? null, tools: shown, needs_sign_in: false, latency_ms: took() };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const text = [error.message, error.detail].filter(Boolean).join(' ');
      return {
        ...nothing,
        ok: false,
        needs_sign_in: error.cause instanceof McpUnauthorized,
        error: text,
        suggestion: error.details?.suggestion ?? null,
        latency_ms: took(),
      };
    }
  }

  return {
    list: async (): Promise<AdminMcpServer[]> => (await records.all()).map(present),
    get: async (id: string): Promise<AdminMcpServer> => present(await records.one(id)),

    /** FORBIDDEN for a program; CONFLICT where the short name is taken. Nothing is asked there yet: `test` does. */
    async create(body: McpServerBody): Promise<AdminMcpServer> {
      noProgram(body);
      if (body.url === undefined) throw invalidField('url', 'The address of the server is missing.');
      await checkGroups(body.group_ids, null);
      const at = now();
      const blank: McpServer = {
        id: newId(),
        slug: await freeSlug(body.slug, body.name),
        name: body.name,
        source: 'stored',
        connection: { kind: 'http', url: '', headers: {} },
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
        createdAt: at,
        updatedAt: at,
      };
      const server = await changed(blank, body);
      await repository.deleteRules(server.slug);
      await named(() => repository.insert(records.toRow(server)));
      await audit.record({ action: 'mcp_server.created', target: target(server), detail: { slug: server.slug } });
      return present(server);
    },

    /** CONFLICT for a connection that the configuration says. */
    async update(id: string, patch: McpServerPatch): Promise<AdminMcpServer> {
      noProgram(patch);
      const before = await records.one(id);
      const fields = Object.keys(patch);
      if (before.source === 'configuration' && connectionFields.some((field) => fields.includes(field)))
        throw new AppError('CONFLICT', {
          message: 'The connection of this server comes from the configuration. Change it there.',
        });
      await checkGroups(patch.group_ids, before.groupIds);
      const after = await changed(before, patch);
      const { tools: _t, listed_at: _l, created_at: _c, ...row } = records.toRow(after);
      const isNew = before.source === 'configuration' && (await repository.insertIfAbsent(records.toRow(after)));
      const listing = after.listed === null ? { tools: null, listed_at: null } : {};
      if (!isNew) await repository.update(id, { ...row, ...listing });
      if (after.tokens === null && before.auth === 'each' && (after.auth !== 'each' || urlOf(after) !== urlOf(before)))
        await repository.deleteConnectionsTo(id);
      await audit.record({ action: 'mcp_server.changed', target: target(after), detail: { fields } });
      return present(after);
    },

    /** What is being called now ends with an error. */
    async remove(id: string): Promise<void> {
      const server = (await records.all()).find((one) => one.id === id);
      if (!server) return;
      if (server.source === 'configuration')
        throw new AppError('CONFLICT', {
          message: 'This server comes from the configuration. Switch it off instead, or take it out there.',
        });
      if (!(await repository.delete(id))) return;
      await connections.forget(id);
      await audit.record({ action: 'mcp_server.deleted', target: target(server) });
    },

    /** Lists its tools, or says what failed. */
    async test(id: string): Promise<McpTest> {
      const server = await records.one(id);
      const result = await tried(server);
      await audit.record({ action: 'mcp_server.tested', target: target(server), detail: { ok: result.ok } });
      return result;
    },
  };
}

/** No request starts a program on this machine, whoever sends it. */
function noProgram({ transport, command, args, env, cwd }: McpServerPatch): void {
  if (transport !== 'stdio' && [command, args, env, cwd].every((value) => value === undefined)) return;
  throw new AppError('FORBIDDEN', {
    message: 'Programs are started by the configuration alone.',
    details: { suggestion: 'Name it in the file that MCP_CONFIG points to, and start the server again.' },
  });
}

function clientOf({ client }: McpServer, patch: McpServerPatch, moved: boolean): McpServer['client'] {
  if (moved && client?.secret != null && patch.client_secret !== null && (patch.client_secret ?? '…').includes('…'))
    throw invalidField('client_secret', 'The address is another one: type the secret again.');
  if (patch.client_id === undefined && patch.client_secret === undefined) return moved ? null : client;
  const own = client?.registeredAt === null ? client : null;
  const id = patch.client_id === undefined ? own?.id : patch.client_id;
  if (id == null) return patch.client_id === null ? null : client;
  const secret =
    typeof patch.client_secret === 'string'
      ? newSecret(patch.client_secret, own?.secret, 'client_secret')
      : patch.client_secret === null
        ? null
        : (own?.secret ?? null);
  return own && own.id === id && own.secret === secret ? own : { id, secret, registeredAt: null };
}

const originOf = (url: string): string | undefined => URL.parse(url)?.origin;
const urlOf = ({ connection }: McpServer): string | null => (connection.kind === 'http' ? connection.url : null);
