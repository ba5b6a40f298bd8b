import { signedIn } from '../../../shared/api/auth.ts';
import { anyone } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { SessionCookies } from '../../http-kit/session-cookies.ts';
import { AppError } from '../../lib/errors.ts';
import type { TrustedHeaderService } from './service.ts';

export const trustedHeaderRoutes = (trusted: TrustedHeaderService | null, cookies: SessionCookies): Route[] => [
  route({
    method: 'POST',
    url: '/api/auth/trusted',
    access: anyone(),
    limit: 'auth',
    summary: 'Sign in as the person whom the proxy in front names, in place of who was signed in here',
    reply: signedIn,
    handle: async ({ request, reply }) => {
      const { claim } = request;
      if (!trusted || !claim) throw new AppError('AUTH_REQUIRED', { message: 'No proxy says who you are.' });
      return cookies.answer(request, reply, await trusted.signIn(claim, cookies.originOf(request)));
    },
  }),
];
