import type { Config } from '../../config.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { safeReturnTo } from '../../../shared/return-to.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Sealer } from '../../lib/crypto.ts';
import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { OutboundGuard } from '../../lib/outbound-guard.ts';
import type { AuthService, Origin } from '../auth/service.ts';
import type { SignIn } from '../auth/sessions.ts';
import type { IdentityService } from '../identities/service.ts';
import { neededClaims, vouchedBy } from './claims.ts';
import { createFlows, type Errand } from './flows.ts';
import { createIssuers } from './issuers.ts';
import type { Providers } from './providers.ts';
import type { OauthRepository } from './repository.ts';

type Deps = {
  config: Pick<Config, 'mail'>;
  repository: OauthRepository;
  providers: Providers;
  identities: Pick<IdentityService, 'arriveAs' | 'link'>;
  auth: Pick<AuthService, 'aliveSessions'>;
  guard: OutboundGuard;
  sealer: Sealer;
  logger: Pick<Logger, 'warn'>;
  now: Clock;
};

/** Where the browser goes next, and with which fresh session. */
export type Landing = { url: string; signIn: SignIn | null };

export type OauthService = ReturnType<typeof createOauthService>;

/** Signing in by OAuth 2 and OpenID Connect: to the provider, and back. */
export function createOauthService(deps: Deps) {
  const { config, repository, providers, identities, auth, guard, sealer, logger, now } = deps;
  const flows = createFlows({ repository, sealer, now });
  const issuers = createIssuers({ guard, logger, now });

  const page = (path: string): URL => new URL(path, config.mail.linkBase);

  /** Throws NOT_FOUND, and what a provider that cannot be reached throws. */
  async function begin(providerId: string, errand: Errand, browser: string | undefined) {
    const provider = await providers.enabled(providerId);
    const flow = await flows.begin(provider.id, errand, browser);
    return { url: (await issuers.authorizationUrl(provider, flow.round)).href, browser: flow.browser };
  }

  /** Back where it began, with what was refused. */
  function refusal(error: unknown, errand: Errand | null): string {
    if (!(error instanceof AppError)) throw error;
    const url = page(errand?.link ? '/settings' : '/sign-in');
    if (error.code === 'TOTP_REQUIRED' && error.details?.challenge !== undefined) {
      // Behind the hash: no server or log sees it.
      url.hash = `challenge=${error.details.challenge}`;
    } else url.searchParams.set('refused', error.code);
    if (errand && errand.returnTo !== '/') url.searchParams.set('return_to', errand.returnTo);
    return url.href;
  }

  return {
    /** The way to the provider, to sign in. */
    signIn: (
      provider: string,
      wish: { returnTo?: string | undefined; remember: boolean; invite?: string | undefined },
      browser: string | undefined,
    ) => begin(provider, { ...wish, returnTo: safeReturnTo(wish.returnTo) }, browser),

    /** The way to the provider, to link. It begins with a request that carries the session's token: nobody is sent there by another site. */
    async link({ userId, sessionId }: Actor, provider: string, browser: string | undefined) {
      if (sessionId === null) throw new AppError('AUTH_REQUIRED');
      return begin(provider, { returnTo: '/settings', remember: false, link: { userId, sessionId } }, browser);
    },

    /** `search` is the query of the callback, as it came. What is refused becomes a landing too: a person looks at it. */
    async land(providerId: string, search: string, browser: string | undefined, from: Origin): Promise<Landing> {
      let errand: Errand | null = null;
      try {
        const flow = await flows.end(providerId, new URLSearchParams(search).getAll('state'), browser);
        ({ errand } = flow);
        const provider = await providers.enabled(providerId);
        const told = await issuers.exchange(provider, search, flow.round, neededClaims(provider));
        const vouched = vouchedBy(provider, told);
        if (errand.link) {
          const { userId, sessionId } = errand.link;
          if (!(await auth.aliveSessions([sessionId])).has(sessionId)) throw new AppError('SESSION_EXPIRED');
          await identities.link(userId, vouched);
          return { url: page('/settings').href, signIn: null };
        }
        const { remember, invite } = errand;
        const signIn = await identities.arriveAs(vouched, { remember, invite }, from);
        const { sessionId } = signIn;
        const id_token = sealer.seal(told.idToken, `id token ${sessionId}`);
        await repository.putOrigin({ session_id: sessionId, provider: providerId, id_token });
        return { url: page(errand.returnTo).href, signIn };
      } catch (error) {
        return { url: refusal(error, errand), signIn: null };
      }
    },

    /** Where this session's provider ends its own; null where there is none, or it does not answer: signing out here waits for nobody. */
    async endSessionUrl({ sessionId }: Actor): Promise<string | null> {
      const origin = sessionId === null ? undefined : await repository.origin(sessionId);
      if (!origin) return null;
      try {
        const provider = await providers.enabled(origin.provider);
        const idToken = sealer.open(origin.id_token, `id token ${sessionId}`);
        return await issuers.endSessionUrl(provider, idToken, page('/sign-in').href);
      } catch (error) {
        logger.warn({ err: error, provider: origin.provider }, 'a provider could not be told of a sign-out');
        return null;
      }
    },

    async test(id: string) {
      const { probe } = await import('./probe.ts');
      return probe(await providers.find(id), issuers, guard);
    },
  };
}
