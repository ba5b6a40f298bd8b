import * as schema from '../../../shared/api/auth.ts';
import { idParams } from '../../../shared/api/common.ts';
import { secondStepBody } from '../../../shared/api/second-factor.ts';
import type { Config } from '../../config.ts';
import { anyone, signedIn } from '../../http-kit/access.ts';
import { clientOf, isLocal } from '../../http-kit/client.ts';
import { createMemoryRateLimiter, noRateLimiter, type RateLimiter } from '../../http-kit/rate-limit.ts';
import { route, type Route } from '../../http-kit/route.ts';
import { createSessionCookies } from '../../http-kit/session-cookies.ts';
import { systemClock } from '../../lib/clock.ts';
import { invalidField } from '../../lib/errors.ts';
import { accountRoutes } from './account-routes.ts';
import type { AuthService } from './service.ts';

/** Signing in with the password of a directory. */
type DirectorySignIn = Pick<AuthService, 'login'>;

const limiterFor = ({ enabled, auth }: Config['rateLimit']): RateLimiter =>
  enabled ? createMemoryRateLimiter({ perMinute: auth, now: systemClock }) : noRateLimiter;

/** Sign-in, sign-up, sign-out and devices. `limiter` counts changes of a password by person; tries to sign in are counted at the door. */
export function authRoutes(
  auth: AuthService,
  config: Config,
  directory: DirectorySignIn | null = null,
  limiter: RateLimiter = limiterFor(config.rateLimit),
): Route[] {
  const { read: cookiesOf, originOf, answer, forget } = createSessionCookies(config);

  return [
    route({
      method: 'GET',
      url: '/api/auth/providers',
      access: anyone(),
      summary: 'What the sign-in page offers',
      reply: schema.signInOptions,
      handle: () => auth.options(),
    }),
    route({
      method: 'POST',
      url: '/api/auth/setup',
      access: anyone(),
      limit: 'auth',
      summary: 'Make the first admin',
      body: schema.setupBody,
      reply: schema.signedIn,
      status: 201,
      handle: async ({ body, request, reply }) =>
        answer(request, reply, await auth.setup(body, { ...originOf(request), isLocal: isLocal(request) })),
    }),
    route({
      method: 'POST',
      url: '/api/auth/register',
      access: anyone(),
      limit: 'auth',
      summary: 'Sign up; where sign-ups are approved by an admin, only the user is answered',
      body: schema.registerBody,
      reply: schema.registered,
      status: 201,
      handle: async ({ body, request, reply }) => {
        const result = await auth.register(body, originOf(request));
        return 'pending' in result ? { user: result.pending } : answer(request, reply, result);
      },
    }),
    route({
      method: 'POST',
      url: '/api/auth/login',
      access: anyone(),
      limit: 'auth',
      summary: 'Sign in by e-mail or user name; JSON or the password form of OAuth 2',
      accepts: 'json+form',
      body: schema.loginBody,
      reply: schema.signedIn,
      handle: async ({ body, request, reply }) => {
        const login = body.login ?? body.email ?? body.username ?? '';
        const way = body.method === 'ldap' ? directory : auth;
        if (!way) throw invalidField('method', 'Nobody signs in by LDAP here.');
        const shown = { login, password: body.password, remember: body.remember ?? false };
        return answer(request, reply, await way.login(shown, originOf(request)));
      },
    }),
    route({
      method: 'POST',
      url: '/api/auth/login/totp',
      access: anyone(),
      limit: 'auth',
      summary: 'The second step of a sign-in: a code of the authenticator app, or a backup code',
      body: secondStepBody,
      reply: schema.signedIn,
      handle: async ({ body, request, reply }) =>
        answer(request, reply, await auth.loginWithCode(body, originOf(request))),
    }),
    route({
      method: 'POST',
      url: '/api/auth/refresh',
      access: anyone(),
      summary: 'A new access token for the refresh cookie, which is replaced',
      reply: schema.signedIn,
      // Not counted as a try: nobody guesses 256 bits, and every open tab comes here.
      handle: async ({ request, reply }) =>
        answer(request, reply, await auth.refresh(cookiesOf(request), clientOf(request))),
    }),
    route({
      method: 'POST',
      url: '/api/auth/logout',
      access: signedIn(),
      summary: 'End this session, its cookie and its access tokens',
      handle: async ({ actor, request, reply }) => {
        await auth.logout(actor);
        forget(request, reply);
      },
    }),
    route({
      method: 'POST',
      url: '/api/auth/logout-all',
      access: signedIn(),
      summary: 'End every session of mine',
      handle: async ({ actor, request, reply }) => {
        await auth.logoutAll(actor);
        forget(request, reply);
      },
    }),
    route({
      method: 'GET',
      url: '/api/auth/session',
      access: signedIn(),
      summary: 'Who I am, and the CSRF token of this session',
      reply: schema.session,
      handle: ({ actor, reply }) => {
        reply.header('cache-control', 'no-store');
        return auth.session(actor);
      },
    }),
    route({
      method: 'GET',
      url: '/api/auth/sessions',
      access: signedIn(),
      summary: 'My signed-in devices, newest first',
      query: schema.devicesQuery,
      reply: schema.devices,
      handle: ({ actor, query }) => auth.sessions(actor, query),
    }),
    route({
      method: 'DELETE',
      url: '/api/auth/sessions/:id',
      access: signedIn(),
      summary: 'Sign one of my devices out',
      params: idParams,
      handle: ({ actor, params }) => auth.endSession(actor, params.id),
    }),
    route({
      method: 'GET',
      url: '/.well-known/jwks.json',
      access: anyone(),
      summary: 'Public keys of the access tokens',
      reply: schema.jwks,
      handle: ({ reply }) => {
        reply.header('cache-control', 'public, max-age=300');
        return auth.jwks();
      },
    }),
    ...accountRoutes(auth, limiter),
  ];
}
