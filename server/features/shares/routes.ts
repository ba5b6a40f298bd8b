import type { FastifyRequest } from 'fastify';
import { idParams } from '../../../shared/api/common.ts';
import { shareBody, sharedConversation, shareLinks, shareMade, shareParams } from '../../../shared/api/shares.ts';
import { anyone, member } from '../../http-kit/access.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { ChatPolicy } from '../chat/policy.ts';
import type { ShareService } from './service.ts';

type Deps = {
  shares: ShareService;
  policy: ChatPolicy;
  /** Who is asking, where a route is open to anyone; throws when a credential is there and is not valid. */
  identify: (request: FastifyRequest) => Promise<Actor | null>;
};

const access = member('chat');
const asUsual = { mode: 'frozen', public: false } as const;

export const shareRoutes = ({ shares, policy, identify }: Deps): Route[] => [
  route({
    method: 'POST',
    url: '/api/conversations/:id/share',
    access,
    summary: 'Make a link under which others can read',
    params: idParams,
    body: shareBody,
    reply: shareMade,
    status: 201,
    handle: async ({ actor, params, body }) =>
      shares.share(await policy.conversation(actor, params.id), body ?? asUsual),
  }),
  route({
    method: 'GET',
    url: '/api/conversations/:id/shares',
    access,
    summary: 'The links to a conversation',
    params: idParams,
    reply: shareLinks,
    handle: async ({ actor, params }) => shares.list(await policy.conversation(actor, params.id)),
  }),
  route({
    method: 'GET',
    url: '/api/shares/:token',
    access: anyone(),
    summary: 'What a link shows: to people with an account, and to anyone where it is public',
    params: shareParams,
    reply: sharedConversation,
    handle: async ({ params, request, reply }) => {
      reply.header('x-robots-tag', 'noindex, nofollow').header('cache-control', 'no-store');
      return shares.read(await identify(request), params.token);
    },
  }),
  route({
    method: 'DELETE',
    url: '/api/shares/:token',
    access,
    summary: 'Take a link back, by its token or its id',
    params: shareParams,
    handle: ({ actor, params }) => shares.revoke(actor, params.token),
  }),
];
