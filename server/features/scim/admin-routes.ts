import { idParams } from '../../../shared/api/common.ts';
import { newScimToken, scimTokenBody, scimTokens } from '../../../shared/api/scim.ts';
import { admin } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { ScimTokenService } from './tokens.ts';

export const scimAdminRoutes = (tokens: ScimTokenService): Route[] => [
  route({
    method: 'GET',
    url: '/api/admin/scim/tokens',
    access: admin(),
    summary: 'Tokens of directories that provision people by SCIM, newest first, and the address that they call',
    reply: scimTokens,
    handle: () => tokens.list(),
  }),
  route({
    method: 'POST',
    url: '/api/admin/scim/tokens',
    access: admin(),
    summary: 'Make a token for a directory; it is shown this once',
    body: scimTokenBody,
    reply: newScimToken,
    status: 201,
    handle: ({ body, reply }) => {
      reply.header('cache-control', 'no-store');
      return tokens.create(body.name);
    },
  }),
  route({
    method: 'DELETE',
    url: '/api/admin/scim/tokens/:id',
    access: admin(),
    summary: 'End the token of a directory',
    params: idParams,
    handle: ({ params }) => tokens.remove(params.id),
  }),
];
