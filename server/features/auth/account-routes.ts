import { passwordChangeBody, profilePatch, user } from '../../../shared/api/auth.ts';
import { signedIn, signedInOrKey } from '../../http-kit/access.ts';
import { clientOf } from '../../http-kit/client.ts';
import { enforceRate, type RateLimiter } from '../../http-kit/rate-limit.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { AuthService } from './service.ts';

/** A person's own account. */
export const accountRoutes = (auth: AuthService, limiter: RateLimiter): Route[] => [
  route({
    method: 'GET',
    url: '/api/users/me',
    access: signedInOrKey(),
    summary: 'My account',
    reply: user,
    handle: ({ actor }) => auth.me(actor),
  }),
  route({
    method: 'PATCH',
    url: '/api/users/me',
    access: signedIn(),
    summary: 'Change my name or user name',
    body: profilePatch,
    reply: user,
    handle: ({ actor, body }) => auth.updateMe(actor, body),
  }),
  route({
    method: 'POST',
    url: '/api/auth/password/change',
    access: signedIn(),
    summary: 'Change my password; my other sessions end',
    body: passwordChangeBody,
    handle: async ({ actor, body, request }) => {
      // By person: whoever found an open page is not to guess the password from many networks.
      await enforceRate(limiter, `password ${actor.userId}`);
      await auth.changePassword(actor, body, clientOf(request));
    },
  }),
];
