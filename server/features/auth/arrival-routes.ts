import { arrival } from '../../../shared/api/auth.ts';
import { anyone } from '../../http-kit/access.ts';
import type { Door } from '../../http-kit/register.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { SessionCookies } from '../../http-kit/session-cookies.ts';
import type { AuthService } from './service.ts';

type Deps = {
  auth: Pick<AuthService, 'session'>;
  cookies: Pick<SessionCookies, 'read'>;
  identify: Door['identify'];
};

/** The first question of the page. A stranger gets an answer too, so that opening it is nobody's error; a credential that is not valid is one. */
export const arrivalRoutes = ({ auth, cookies, identify }: Deps): Route[] => [
  route({
    method: 'GET',
    url: '/api/auth/arrival',
    access: anyone(),
    summary: 'Who comes to the page; nobody is an answer too',
    reply: arrival,
    handle: async ({ request, reply }) => {
      reply.header('cache-control', 'no-store');
      const actor = await identify(request, reply);
      // A key is for programs: it has no session.
      const session = actor && actor.via !== 'api_key' ? await auth.session(actor) : null;
      return { session, renewable: cookies.read(request).refresh !== undefined };
    },
  }),
];
