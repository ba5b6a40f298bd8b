import type { Kysely } from 'kysely';
import type { Config } from '../config.ts';
import type { Engine } from '../db/dialect.ts';
import type { DB } from '../db/schema.ts';
import type { AuditService } from '../features/audit/service.ts';
import type { AuthService } from '../features/auth/service.ts';
import type { GroupService } from '../features/groups/service.ts';
import { createConnections } from '../features/mcp/connections.ts';
import { createListings } from '../features/mcp/listings.ts';
import { createMcpRecords } from '../features/mcp/records.ts';
import { createMcpRepository } from '../features/mcp/repository.ts';
import { mcpAdminRoutes } from '../features/mcp/routes.ts';
import { createMcpService } from '../features/mcp/service.ts';
import { createMcpSource } from '../features/mcp/source.ts';
import { createAuthorization } from '../features/mcp/sign-in/authorization.ts';
import { mcpSignInRoutes } from '../features/mcp/sign-in/routes.ts';
import { createMcpSignIn, type McpErrand } from '../features/mcp/sign-in/service.ts';
import { createTokenStore } from '../features/mcp/sign-in/tokens.ts';
import type { McpServer } from '../features/mcp/stored.ts';
import { createFlows } from '../features/oauth/flows.ts';
import type { OauthRepository } from '../features/oauth/repository.ts';
import { quoted } from '../features/tools/tool.ts';
import type { FlowCookie } from '../http-kit/flow-cookie.ts';
import type { Route } from '../http-kit/route.ts';
import type { Clock } from '../lib/clock.ts';
import type { Sealer } from '../lib/crypto.ts';
import type { Logger } from '../lib/logger.ts';
import { createOutboundGuard, hostPortOf, type OutboundGuard } from '../lib/outbound-guard.ts';
import { guardedConnector } from '../lib/safe-fetch.ts';
import type { OpenTransport } from '../platform/mcp/driver.ts';
import { httpTransport } from '../platform/mcp/drivers/http.ts';
import { stdioTransport } from '../platform/mcp/drivers/stdio.ts';

type Deps = {
  db: Kysely<DB>;
  sqlEngine: Engine;
  config: Config;
  audit: AuditService;
  auth: Pick<AuthService, 'aliveSessions'>;
  groups: GroupService;
  oauthRepository: OauthRepository;
  sealer: Sealer;
  outbound: OutboundGuard | undefined;
  logger: Logger;
  now: Clock;
};

/** Servers of tools: their records, sessions with them, and what answers may call. */
export function composeMcp(deps: Deps) {
  const { db, sqlEngine, config, audit, auth, groups, sealer, oauthRepository, outbound, logger, now } = deps;
  const guard = outbound ?? createOutboundGuard({ allow: config.providers.outboundAllow });
  const repository = createMcpRepository(db, sqlEngine);
  const records = createMcpRecords({ repository, sealer, configured: config.mcpServers, logger, now });

  function open({ name, connection }: McpServer, token: () => Promise<string | undefined>): OpenTransport {
    if (connection.kind === 'stdio') return stdioTransport(name, connection.program, logger);
    const url = new URL(connection.url);
    return httpTransport({
      name,
      url,
      headers: connection.headers,
      token,
      userAgent,
      connect: guardedConnector(guard.allowing([hostPortOf(url)])),
    });
  }
  const userAgent = `Carrel/${config.version}`;
  const redirectUri = (id: string): string => new URL(`/oauth/mcp/${id}/callback`, config.publicUrl).href;
  // An admin's own address allows exactly its host and port, should they be private; who signs people in may stand there too.
  const guardFor = ({ connection }: McpServer): OutboundGuard =>
    connection.kind === 'http' ? guard.allowing([hostPortOf(new URL(connection.url))]) : guard;
  const authorization = createAuthorization({ logger, now });
  const tokens = createTokenStore({ records, repository, authorization, guardFor, now });
  const connections = createConnections({
    version: config.version,
    open,
    tokens,
    onToolsChanged: (serverId, owner) => listings.changed(serverId, owner),
    now,
  });
  const listings = createListings({ records, connections, logger, now });
  const source = createMcpSource({ records, repository, connections, listings, quoted });
  const servers = createMcpService({
    records,
    repository,
    connections,
    listings,
    groups,
    guard,
    redirectUri,
    audit,
    now,
  });

  const signIn = createMcpSignIn({
    records,
    repository,
    source,
    connections,
    listings,
    tokens,
    authorization,
    flows: createFlows<McpErrand>({ repository: oauthRepository, sealer, now }),
    aliveSessions: auth.aliveSessions,
    guardFor,
    redirectUri,
    page: (path) => new URL(path, config.mail.linkBase),
    userAgent,
    audit,
    now,
  });

  const routes = (cookie: FlowCookie): Route[] => [...mcpAdminRoutes(servers), ...mcpSignInRoutes({ signIn, cookie })];
  return { routes, source, connections };
}
