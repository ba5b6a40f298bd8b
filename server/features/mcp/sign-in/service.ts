import type { McpServer as ShownServer } from '../../../../shared/api/mcp.ts';
import type { Actor } from '../../../http-kit/actor.ts';
import type { Clock } from '../../../lib/clock.ts';
import { AppError } from '../../../lib/errors.ts';
import type { OutboundGuard } from '../../../lib/outbound-guard.ts';
import type { AuditService } from '../../audit/service.ts';
import type { AuthService } from '../../auth/service.ts';
import type { Connections } from '../connections.ts';
import type { Listings } from '../listings.ts';
import { noServer, type McpRecords } from '../records.ts';
import type { McpRepository } from '../repository.ts';
import type { McpSource } from '../source.ts';
import type { McpServer, OauthClient, Owner, Tokens } from '../stored.ts';
import type { Authorization, Place } from './authorization.ts';
import { findProtectedResource } from './protected-resource.ts';
import { userContext, type TokenStore } from './tokens.ts';

/** A round to an authorisation server and back. */
export type McpErrand = { owner: Owner; sessionId: string; userId: string; place: Place };

/** Rounds, each bound to the browser that began it, and good once. */
type Flows = {
  begin(
    to: string,
    errand: McpErrand,
    browser: string | undefined,
  ): Promise<{ round: { state: string; verifier: string }; browser: string }>;
  end(
    to: string,
    states: readonly string[],
    browser: string | undefined,
  ): Promise<{ round: { state: string; verifier: string }; errand: McpErrand }>;
};

type Deps = {
  records: McpRecords;
  repository: McpRepository;
  source: Pick<McpSource, 'servers'>;
  connections: Pick<Connections, 'forget'>;
  listings: Pick<Listings, 'refresh'>;
  tokens: Pick<TokenStore, 'read'>;
  authorization: Authorization;
  flows: Flows;
  aliveSessions: AuthService['aliveSessions'];
  guardFor(server: McpServer): OutboundGuard;
  redirectUri(serverId: string): string;
  /** An address of the page. */
  page(path: string): URL;
  userAgent: string;
  audit: Pick<AuditService, 'record'>;
  now: Clock;
};

const flowTo = (id: string): string => `mcp:${id}`;

export type McpSignIn = ReturnType<typeof createMcpSignIn>;

/** Signing in at servers of tools, by an admin for all or by each person for themselves. */
export function createMcpSignIn(deps: Deps) {
  const { records, repository, source, connections, listings, tokens, authorization, flows, audit, now } = deps;
  const { aliveSessions, guardFor, redirectUri, page } = deps;

  /** A server that this person may use, and signs in at by themselves. */
  async function ofEach(actor: Actor, id: string): Promise<McpServer> {
    const server = (await source.servers(actor)).find((one) => one.id === id);
    if (!server) throw noServer();
    if (server.auth !== 'each')
      throw new AppError('CONFLICT', { message: 'Nobody has to sign in there by themselves.' });
    return server;
  }
  async function ofAll(id: string): Promise<McpServer> {
    const server = await records.one(id);
    if (server.auth !== 'shared')
      throw new AppError('CONFLICT', { message: 'This server is not set up for one sign-in for all.' });
    return server;
  }

  /** The client that we are there: the admin's, or one that was registered at this very issuer, now or before. */
  async function clientAt(server: McpServer, issuer: URL): Promise<OauthClient> {
    const { client } = server;
    if (client && (client.registeredAt === null || client.registeredAt === issuer.href)) return client;
    const made = await authorization.register(issuer, guardFor(server), redirectUri(server.id));
    await repository.update(server.id, { client: records.seal(made, server.id, 'client') });
    return made;
  }

  async function begin(actor: Actor, server: McpServer, owner: Owner, browser: string | undefined) {
    const { userId, sessionId } = actor;
    if (sessionId === null) throw new AppError('AUTH_REQUIRED');
    const { connection } = server;
    if (connection.kind !== 'http') throw noServer();
    const guard = guardFor(server);
    const found = await findProtectedResource(
      { name: server.name, url: new URL(connection.url), headers: connection.headers, userAgent: deps.userAgent },
      guard,
    );
    const client = await clientAt(server, found.authorizationServer);
    const place: Place = {
      issuer: found.authorizationServer.href,
      client,
      resource: found.resource,
      redirectUri: redirectUri(server.id),
    };
    const flow = await flows.begin(flowTo(server.id), { owner, sessionId, userId, place }, browser);
    const ask = { ...flow.round, scopes: server.scopes ?? found.scopes };
    return { url: await authorization.url(place, guard, ask), browser: flow.browser };
  }

  async function keep(server: McpServer, owner: Owner, got: Tokens): Promise<void> {
    const at = now();
    if (owner === 'all') {
      const sealed = records.seal(got, server.id, 'tokens');
      await repository.update(server.id, { tokens: sealed, tools: null, listed_at: null });
    } else {
      const sealed = records.seal(got, server.id, userContext(owner)) ?? '';
      const row = { server_id: server.id, user_id: owner, tokens: sealed, tools: null, listed_at: null };
      await repository.putConnection({ ...row, created_at: at, updated_at: at });
    }
    await connections.forget(server.id, owner);
    // Whoever comes back sees the tools at once; where the server does not list them now, it will later.
    await listings.refresh(await records.one(server.id), owner).catch(() => undefined);
  }

  async function note(
    action: 'mcp_server.signed_in' | 'mcp_server.signed_out',
    server: McpServer,
    owner: Owner,
    actorId: string,
  ) {
    const target = { kind: 'mcp_server', id: server.id, name: server.name };
    await audit.record({ action, actorId, target, detail: { for_all: owner === 'all' } });
  }

  async function signOut(server: McpServer, owner: Owner, actorId: string): Promise<void> {
    const had = await tokens.read(server.id, owner);
    if (owner === 'all') await repository.update(server.id, { tokens: null });
    else await repository.deleteConnection(server.id, owner);
    await connections.forget(server.id, owner);
    if (!had) return;
    await authorization.revoke(had, guardFor(server));
    await note('mcp_server.signed_out', server, owner, actorId);
  }

  return {
    /** The servers that this person may use. */
    async list(actor: Actor): Promise<ShownServer[]> {
      const own = new Set((await repository.connectionsOf(actor.userId)).map(({ server_id }) => server_id));
      return (await source.servers(actor)).map(({ id, slug, name, auth }) => ({
        id,
        slug,
        name,
        auth,
        connected: auth === 'each' ? own.has(id) : null,
      }));
    },

    /** Where the browser goes to sign in. NOT_FOUND for a server that the person may not use. */
    connect: async (actor: Actor, id: string, browser: string | undefined) =>
      begin(actor, await ofEach(actor, id), actor.userId, browser),
    connectAll: async (actor: Actor, id: string, browser: string | undefined) =>
      begin(actor, await ofAll(id), 'all', browser),

    /** Also where the server is not theirs to use any more; silent where there is nothing. */
    async disconnect({ userId }: Actor, id: string): Promise<void> {
      const server = (await records.all()).find((one) => one.id === id);
      if (server) await signOut(server, userId, userId);
    },
    disconnectAll: async ({ userId }: Actor, id: string): Promise<void> => signOut(await ofAll(id), 'all', userId),

    /** Back from there, with the callback's query as it came: where the browser goes next. What is refused is shown there, too. */
    async land(id: string, search: string, browser: string | undefined): Promise<string> {
      let back = page('/settings');
      try {
        const states = new URLSearchParams(search).getAll('state');
        const { round, errand } = await flows.end(flowTo(id), states, browser);
        const { owner, userId, sessionId, place } = errand;
        if (owner === 'all') back = page('/admin/tools');
        if (!(await aliveSessions([sessionId])).has(sessionId)) throw new AppError('SESSION_EXPIRED');
        const server = await records.one(id);
        if (server.auth !== (owner === 'all' ? 'shared' : 'each')) throw noServer();
        await keep(server, owner, await authorization.exchange(place, guardFor(server), search, round));
        await note('mcp_server.signed_in', server, owner, userId);
        back.searchParams.set('connected', server.slug);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        back.searchParams.set('tools_refused', error.code);
      }
      return back.href;
    },
  };
}
