import * as schema from '../../../shared/api/invites.ts';
import { id, idParams, pageQuery } from '../../../shared/api/common.ts';
import { admin } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { InviteService } from './service.ts';

export const inviteRoutes = (invites: InviteService): Route[] => [
  route({
    method: 'GET',
    url: '/api/admin/invites',
    access: admin(),
    summary: 'Invites, newest first, without their codes',
    query: pageQuery.extend({ cursor: id.optional() }),
    reply: schema.invites,
    handle: ({ query }) => invites.list(query),
  }),
  route({
    method: 'POST',
    url: '/api/admin/invites',
    access: admin(),
    summary: 'Make an invite; the answer shows its code and link, and nothing shows them again',
    body: schema.createInviteBody,
    reply: schema.newInvite,
    status: 201,
    handle: ({ actor, body, reply }) => {
      reply.header('cache-control', 'no-store');
      return invites.create(actor, body ?? {});
    },
  }),
  route({
    method: 'DELETE',
    url: '/api/admin/invites/:id',
    access: admin(),
    summary: 'Take an invite back; accounts made with it stay',
    params: idParams,
    handle: ({ params }) => invites.remove(params.id),
  }),
];
