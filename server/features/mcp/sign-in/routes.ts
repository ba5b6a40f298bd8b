import { mcpConnect, mcpParams, mcpServers } from '../../../../shared/api/mcp.ts';
import { admin, anyone, member, signedIn } from '../../../http-kit/access.ts';
import type { FlowCookie } from '../../../http-kit/flow-cookie.ts';
import { noBody, route, type Route } from '../../../http-kit/route.ts';
import type { McpSignIn } from './service.ts';

type Deps = { signIn: McpSignIn; cookie: FlowCookie };

const one = '/api/mcp-servers/:id/connection';
const all = '/api/admin/mcp-servers/:id/connection';

/** Signing in at servers of tools, and back. */
export const mcpSignInRoutes = ({ signIn, cookie }: Deps): Route[] => [
  route({
    method: 'GET',
    url: '/api/mcp-servers',
    access: member('chat'),
    summary: 'The MCP servers whose tools I may use, and where I am signed in',
    reply: mcpServers,
    handle: async ({ actor }) => ({ items: await signIn.list(actor), next_cursor: null }),
  }),
  route({
    method: 'POST',
    url: one,
    access: signedIn(),
    summary: 'Begin to sign in at an MCP server',
    params: mcpParams,
    body: noBody,
    reply: mcpConnect,
    handle: async ({ actor, params, request, reply }) => {
      const { url, browser } = await signIn.connect(actor, params.id, cookie.read(request));
      cookie.write(request, reply, browser);
      return { url };
    },
  }),
  route({
    method: 'DELETE',
    url: one,
    access: signedIn(),
    summary: 'Sign out at an MCP server',
    params: mcpParams,
    handle: ({ actor, params }) => signIn.disconnect(actor, params.id),
  }),
  route({
    method: 'POST',
    url: all,
    access: admin(),
    summary: 'Begin to sign in at an MCP server for everybody',
    params: mcpParams,
    body: noBody,
    reply: mcpConnect,
    handle: async ({ actor, params, request, reply }) => {
      const { url, browser } = await signIn.connectAll(actor, params.id, cookie.read(request));
      cookie.write(request, reply, browser);
      return { url };
    },
  }),
  route({
    method: 'DELETE',
    url: all,
    access: admin(),
    summary: 'Sign out at an MCP server for everybody',
    params: mcpParams,
    handle: ({ actor, params }) => signIn.disconnectAll(actor, params.id),
  }),
  route({
    method: 'GET',
    url: '/oauth/mcp/:id/callback',
    access: anyone(),
    limit: 'auth',
    summary: 'Back from signing in at an MCP server; answers with a redirect to the page',
    params: mcpParams,
    reply: 'raw',
    handle: async ({ params, request, reply }) => {
      const { search } = new URL(request.url, 'http://here');
      reply.header('cache-control', 'no-store');
      return reply.redirect(await signIn.land(params.id, search, cookie.read(request)), 302);
    },
  }),
];
