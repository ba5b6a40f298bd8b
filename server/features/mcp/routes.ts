import {
  adminMcpServer,
  adminMcpServers,
  mcpParams,
  mcpServerBody,
  mcpServerPatch,
  mcpTest,
} from '../../../shared/api/mcp.ts';
import { admin } from '../../http-kit/access.ts';
import { noBody, route, type Route } from '../../http-kit/route.ts';
import type { McpService } from './service.ts';

const path = '/api/admin/mcp-servers';
const one = `${path}/:id` as const;

export const mcpAdminRoutes = (servers: McpService): Route[] => [
  route({
    method: 'GET',
    url: path,
    access: admin(),
    summary: 'MCP servers, those of the configuration first, secrets masked',
    reply: adminMcpServers,
    handle: async () => ({ items: await servers.list(), next_cursor: null }),
  }),
  route({
    method: 'POST',
    url: path,
    access: admin(),
    summary: 'Add an MCP server by its address',
    body: mcpServerBody,
    reply: adminMcpServer,
    status: 201,
    handle: ({ body }) => servers.create(body),
  }),
  route({
    method: 'GET',
    url: one,
    access: admin(),
    summary: 'One MCP server, secrets masked',
    params: mcpParams,
    reply: adminMcpServer,
    handle: ({ params }) => servers.get(params.id),
  }),
  ...(['PUT', 'PATCH'] as const).map((method) =>
    route({
      method,
      url: one,
      access: admin(),
      summary: 'Change an MCP server; of one from the configuration, who may use what of it',
      params: mcpParams,
      body: mcpServerPatch,
      reply: adminMcpServer,
      handle: ({ params, body }) => servers.update(params.id, body),
    }),
  ),
  route({
    method: 'DELETE',
    url: one,
    access: admin(),
    summary: 'Delete an MCP server, and every sign-in there',
    params: mcpParams,
    handle: ({ params }) => servers.remove(params.id),
  }),
  route({
    method: 'POST',
    url: `${one}/test`,
    access: admin(),
    summary: 'List its tools now, or say what failed',
    params: mcpParams,
    body: noBody,
    reply: mcpTest,
    handle: ({ params }) => servers.test(params.id),
  }),
];
