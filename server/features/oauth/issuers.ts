import type * as oidc from 'openid-client';
import { hours, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import { portOf, type OutboundGuard } from '../../lib/outbound-guard.ts';
import { issuerFetch } from '../../lib/issuer-fetch.ts';
import { keysAt, readLogoutToken, type Signer, type SignedOut } from './logout-tokens.ts';
import type { Provider } from './providers.ts';

/** Loaded where somebody signs in by a provider. */
const library = (): Promise<typeof oidc> => import('openid-client');

/** What an issuer says of itself is asked for anew after this long. */
const FRESH_MS = hours(1);

/** What was found about a person. */
export type Told = { claims: Record<string, unknown>; issuer: string; subject: string; idToken: string };

export type Round = { state: string; nonce: string; verifier: string };

type Deps = { guard: OutboundGuard; logger: Pick<Logger, 'warn'>; now: Clock };

/** OpenID Connect towards the providers: code flow with PKCE (S256), state, nonce and `iss`; ID tokens by their signature. */
export function createIssuers({ guard, logger, now }: Deps) {
  const known = new Map<string, { at: number; key: string; found: Promise<oidc.Configuration> }>();

  const signers = new WeakMap<oidc.Configuration, Signer>();

  /** An admin's own address allows exactly its host and port, should they be private. */
  function fetchFor({ settings }: Provider): ReturnType<typeof issuerFetch> {
    const issuer = new URL(settings.issuer);
    return issuerFetch(guard.allowing([`${issuer.hostname}:${portOf(issuer)}`]));
  }

  /** Throws URL_BLOCKED, PROVIDER_UNREACHABLE, PROVIDER_TIMEOUT, or what openid-client makes of the answer. */
  async function discover(provider: Provider): Promise<oidc.Configuration> {
    const { settings, secret } = provider;
    const issuer = new URL(settings.issuer);
    const oidc = await library();
    const extensions = [oidc.enableNonRepudiationChecks];
    if (issuer.protocol === 'http:') extensions.push(oidc.allowInsecureRequests);
    return oidc.discovery(issuer, settings.client_id, undefined, authOf(oidc, secret), {
      [oidc.customFetch]: fetchFor(provider),
      execute: extensions,
    });
  }

  async function configurationOf(provider: Provider): Promise<oidc.Configuration> {
    const key = JSON.stringify([provider.settings.issuer, provider.settings.client_id, provider.updatedAt]);
    const before = known.get(provider.id);
    if (before?.key === key && now() - before.at < FRESH_MS) return before.found;
    const entry = { at: now(), key, found: discover(provider) };
    known.set(provider.id, entry);
    entry.found.catch(() => known.get(provider.id) === entry && known.delete(provider.id));
    return entry.found;
  }

  /** What went wrong at the provider, as an error of ours; the log knows more than the person is told. */
  function explained(error: unknown, provider: Provider): AppError {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
      if (cause instanceof AppError) return cause;
    logger.warn({ err: error, provider: provider.id }, 'a sign-in by a provider was refused');
    return new AppError('PROVIDER_ERROR', {
      message: 'The sign-in provider’s answer could not be accepted. Try again, or ask an admin to test it.',
      cause: error,
    });
  }

  return {
    discover,

    /** Where the browser goes. */
    async authorizationUrl(provider: Provider, { state, nonce, verifier }: Round): Promise<URL> {
      try {
        const [oidc, configuration] = await Promise.all([library(), configurationOf(provider)]);
        return oidc.buildAuthorizationUrl(configuration, {
          redirect_uri: provider.redirectUri,
          scope: provider.settings.scopes,
          state,
          nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
        });
      } catch (error) {
        throw explained(error, provider);
      }
    },

    /** What the provider says of who came back. `search` is the callback's, as it came. Throws PROVIDER_ERROR and the like. */
    async exchange(provider: Provider, search: string, round: Round, needed: readonly string[]): Promise<Told> {
      try {
        const [oidc, configuration] = await Promise.all([library(), configurationOf(provider)]);
        const tokens = await oidc.authorizationCodeGrant(configuration, new URL(provider.redirectUri + search), {
          expectedState: round.state,
          expectedNonce: round.nonce,
          pkceCodeVerifier: round.verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (!claims || tokens.id_token === undefined) throw new Error('There is no ID token.');
        const isMissing = needed.some((name) => !(name in claims));
        const more =
          isMissing && configuration.serverMetadata().userinfo_endpoint !== undefined
            ? await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)
            : {};
        // What is signed goes before what is not.
        return { claims: { ...more, ...claims }, issuer: claims.iss, subject: claims.sub, idToken: tokens.id_token };
      } catch (error) {
        throw explained(error, provider);
      }
    },

    /** What a token says with which the provider tells of a sign-out there. Throws INVALID_TOKEN, and what a provider that cannot be reached throws. */
    async signedOut(provider: Provider, token: string): Promise<SignedOut> {
      const configuration = await configurationOf(provider);
      const { issuer, jwks_uri: address } = configuration.serverMetadata();
      if (address === undefined) throw new AppError('PROVIDER_ERROR', { message: 'This provider names no keys.' });
      const fetch = fetchFor(provider);
      const signer = signers.get(configuration) ?? {
        issuer,
        clientId: provider.settings.client_id,
        keys: keysAt(address, (url, { headers }) =>
          fetch(url, { method: 'GET', headers: Object.fromEntries(headers), body: null, redirect: 'manual' }),
        ),
      };
      signers.set(configuration, signer);
      return readLogoutToken(token, signer, now);
    },

    /** Where the provider ends its session; null where it has no such place. */
    async endSessionUrl(provider: Provider, idToken: string, backTo: string): Promise<string | null> {
      const [oidc, configuration] = await Promise.all([library(), configurationOf(provider)]);
      if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
      return oidc.buildEndSessionUrl(configuration, { id_token_hint: idToken, post_logout_redirect_uri: backTo }).href;
    },
  };
}
export type Issuers = ReturnType<typeof createIssuers>;

/** In the body, which most take; in a header, the standard's default, where the provider's list has it alone. */
function authOf(from: typeof oidc, secret: string | null): oidc.ClientAuth {
  if (secret === null) return from.None();
  const [post, basic] = [from.ClientSecretPost(secret), from.ClientSecretBasic(secret)];
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported;
    const auth = methods === undefined || methods.includes('client_secret_post') ? post : basic;
    return auth(server, client, body, headers);
  };
}
