import { createHash } from 'node:crypto';
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
import { text, type SignedOut } from './logout-tokens.ts';
import type { Provider, Providers } from './providers.ts';
import type { OauthRepository } from './repository.ts';

type Deps = {
  config: Pick<Config, 'mail'>;
  repository: OauthRepository;
  providers: Providers;
  identities: Pick<IdentityService, 'arriveAs' | 'link' | 'userIdOf'>;
  auth: Pick<AuthService, 'aliveSessions' | 'endSessionsBy'>;
  guard: OutboundGuard;
  sealer: Sealer;
  logger: Pick<Logger, 'warn'>;
  now: Clock;
};

/** Where the browser goes next, and with which fresh session. */
export type Landing = { url: string; signIn: SignIn | null };

const hashOf = (...parts: string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

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

  /** The sessions that a logout token means, of a person each. */
  async function endedBy(provider: Provider, { sid, subject, issuer }: SignedOut): Promise<Map<string, string[]>> {
    const userId = subject === null ? null : await identities.userIdOf({ method: 'oidc', issuer, subject });
    const ended = new Map<string, string[]>();
    // Somebody who has no account here has no session either.
    if (subject !== null && userId === null) return ended;
    const sidHash = sid === null ? null : hashOf(provider.id, sid);
    for (const { id, user_id } of await repository.sessionsFrom(provider.id, { sidHash, userId }))
      ended.set(user_id, [...(ended.get(user_id) ?? []), id]);
    return ended;
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
        const sid = text(told.claims['sid']);
        await repository.putOrigin({
          session_id: sessionId,
          provider: providerId,
          id_token,
          sid_hash: sid === null ? null : hashOf(providerId, sid),
        });
        return { url: page(errand.returnTo).href, signIn };
      } catch (error) {
        return { url: refusal(error, errand), signIn: null };
      }
    },

    /** Somebody has signed out at the provider: what began there ends here. Throws NOT_FOUND and INVALID_TOKEN, also for a token that was taken before. */
    async signedOutThere(providerId: string, token: string): Promise<void> {
      const provider = await providers.enabled(providerId);
      const told = await issuers.signedOut(provider, token).catch((error: unknown) => {
        logger.warn({ err: error, provider: providerId }, 'a sign-out that a provider told of was refused');
        throw error;
      });
      const mark = { jti_hash: hashOf(told.issuer, told.jti), expires_at: told.expiresAt };
      if (!(await repository.takeLogoutToken(mark, now())))
        throw new AppError('INVALID_TOKEN', { message: 'This logout token was used before.' });
      try {
        for (const [userId, ids] of await endedBy(provider, told)) await auth.endSessionsBy(userId, ids, 'provider');
      } catch (error) {
        // So that the provider can tell once more.
        await repository.giveBackLogoutToken(mark.jti_hash);
        throw error;
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
