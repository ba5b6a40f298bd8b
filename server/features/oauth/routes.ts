import { linkAnswer, linkBody } from '../../../shared/api/identities.ts';
import * as schema from '../../../shared/api/sign-in-providers.ts';
import type { Config } from '../../config.ts';
import { admin, anyone, signedIn } from '../../http-kit/access.ts';
import type { FlowCookie } from '../../http-kit/flow-cookie.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { SessionCookies } from '../../http-kit/session-cookies.ts';
import type { Providers } from './providers.ts';
import type { OauthService } from './service.ts';

type Deps = {
  oauth: OauthService;
  providers: Providers;
  cookies: SessionCookies;
  flowCookie: FlowCookie;
  config: Config;
};

/** Signing in and linking by a provider, and the providers as admins keep them. */
export function oauthRoutes({ oauth, providers, cookies, flowCookie, config }: Deps): Route[] {
  return [
    route({
      method: 'GET',
      url: '/oauth/:provider/login',
      access: anyone(),
      limit: 'auth',
      summary: 'To a sign-in provider; answers with a redirect',
      params: schema.oauthParams,
      query: schema.oauthLoginQuery,
      reply: 'raw',
      handle: async ({ params, query, request, reply }) => {
        const wish = { returnTo: query.return_to, remember: query.remember === 'true', invite: query.invite };
        const { url, browser } = await oauth.signIn(params.provider, wish, flowCookie.read(request));
        flowCookie.write(request, reply, browser);
        return reply.redirect(url, 302);
      },
    }),
    route({
      method: 'GET',
      url: '/oauth/:provider/callback',
      access: anyone(),
      summary: 'Back from a sign-in provider; answers with a redirect to the page',
      params: schema.oauthParams,
      reply: 'raw',
      handle: async ({ params, request, reply }) => {
        const { search } = new URL(request.url, config.publicUrl);
        const landing = await oauth.land(params.provider, search, flowCookie.read(request), cookies.originOf(request));
        if (landing.signIn) cookies.answer(request, reply, landing.signIn);
        reply.header('cache-control', 'no-store');
        return reply.redirect(landing.url, 302);
      },
    }),
    route({
      method: 'POST',
      url: '/oauth/:provider/backchannel-logout',
      access: anyone(),
      // One provider tells of all its people.
      limit: { name: 'sign-outs', perMinute: 600 },
      accepts: 'json+form',
      summary: 'A sign-in provider tells of a sign-out there (OpenID Connect Back-Channel Logout 1.0)',
      params: schema.oauthParams,
      body: schema.backchannelLogoutBody,
      status: 200,
      reply: 'raw',
      handle: async ({ params, body, reply }) => {
        reply.header('cache-control', 'no-store');
        await oauth.signedOutThere(params.provider, body.logout_token);
        return reply.code(200).send();
      },
    }),
    route({
      method: 'POST',
      url: '/api/auth/identities/link',
      access: signedIn(),
      summary: 'Begin to link an account of a sign-in provider to mine',
      body: linkBody,
      reply: linkAnswer,
      handle: async ({ actor, body, request, reply }) => {
        const { url, browser } = await oauth.link(actor, body.provider, flowCookie.read(request));
        flowCookie.write(request, reply, browser);
        return { url };
      },
    }),
    route({
      method: 'GET',
      url: '/api/auth/end-session',
      access: signedIn(),
      summary: 'Where the provider that I signed in by ends its own session',
      reply: schema.endSession,
      handle: async ({ actor, request, reply }) => {
        reply.header('cache-control', 'no-store');
        const url = await oauth.endSessionUrl(actor);
        // Whom the proxy in front has signed in it would sign in again at once.
        return { url: url ?? (request.claim && config.trustedHeader?.signOutUrl) ?? null };
      },
    }),

    route({
      method: 'GET',
      url: '/api/admin/sign-in-providers',
      access: admin(),
      summary: 'Sign-in providers, those of the environment first',
      reply: schema.signInProviders,
      handle: () => providers.list(),
    }),
    route({
      method: 'POST',
      url: '/api/admin/sign-in-providers',
      access: admin(),
      summary: 'Add a sign-in provider',
      body: schema.newProviderBody,
      reply: schema.signInProvider,
      status: 201,
      handle: ({ body }) => providers.create(body),
    }),
    route({
      method: 'GET',
      url: '/api/admin/sign-in-providers/:id',
      access: admin(),
      summary: 'One sign-in provider',
      params: schema.providerParams,
      reply: schema.signInProvider,
      handle: ({ params }) => providers.get(params.id),
    }),
    route({
      method: 'PATCH',
      url: '/api/admin/sign-in-providers/:id',
      access: admin(),
      summary: 'Change a sign-in provider; a masked secret that is sent back changes nothing',
      params: schema.providerParams,
      body: schema.providerPatch,
      reply: schema.signInProvider,
      handle: ({ params, body }) => providers.update(params.id, body),
    }),
    route({
      method: 'DELETE',
      url: '/api/admin/sign-in-providers/:id',
      access: admin(),
      summary: 'Remove a sign-in provider',
      params: schema.providerParams,
      handle: ({ params }) => providers.remove(params.id),
    }),
    route({
      method: 'POST',
      url: '/api/admin/sign-in-providers/:id/test',
      access: admin(),
      summary: 'Try a sign-in provider, and tell what failed',
      params: schema.providerParams,
      reply: schema.providerTest,
      handle: ({ params }) => oauth.test(params.id),
    }),
  ];
}
