import type * as oidc from 'openid-client';
import { seconds, type Clock } from '../../../lib/clock.ts';
import { AppError } from '../../../lib/errors.ts';
import { issuerFetch } from '../../../lib/issuer-fetch.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { OutboundGuard } from '../../../lib/outbound-guard.ts';
import type { OauthClient, Tokens } from '../stored.ts';

/** Loaded where somebody signs in. */
const library = (): Promise<typeof oidc> => import('openid-client');

/** What an authorisation server said in refusing; undefined where it is another error. */
const refusalIn = (error: unknown): string | undefined =>
  error instanceof Error && error.name === 'ResponseBodyError' && 'error' in error ? String(error.error) : undefined;

/** Where to sign in, and as which client. */
export type Place = { issuer: string; client: OauthClient; resource: string; redirectUri: string };

type Deps = { logger: Pick<Logger, 'warn'>; now: Clock };

/** OAuth 2.1 towards authorisation servers: code flow with PKCE (S256), `state`, `iss`, `resource`. */
export function createAuthorization({ logger, now }: Deps) {
  /** What went wrong there, as an error of ours; the log knows more than the person is told. */
  function explained(error: unknown, issuer: string): AppError {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
      if (cause instanceof AppError) return cause;
    logger.warn({ err: error, issuer }, 'a sign-in for tools was refused');
    const refusal = refusalIn(error);
    const said = refusal === undefined ? '' : ` It said “${refusal.slice(0, 100)}”.`;
    return new AppError('PROVIDER_ERROR', {
      message: `The sign-in at ${URL.parse(issuer)?.host ?? 'that server'} did not work.${said}`,
      cause: error,
    });
  }

  const optionsFor = async (
    issuer: URL,
    guard: OutboundGuard,
    algorithm: 'oauth2' | 'oidc',
  ): Promise<oidc.DiscoveryRequestOptions> => {
    const { customFetch, allowInsecureRequests } = await library();
    return {
      [customFetch]: issuerFetch(guard),
      algorithm,
      ...(issuer.protocol === 'http:' && { execute: [allowInsecureRequests] }),
    };
  };

  /** Both places where a server may tell about itself (RFC 8414, OpenID Connect Discovery). */
  async function discovered(
    issuer: URL,
    guard: OutboundGuard,
    client: OauthClient | null,
  ): Promise<oidc.Configuration> {
    const oidc = await library();
    const auth = client?.secret == null ? oidc.None() : undefined;
    const ask = async (algorithm: 'oauth2' | 'oidc') =>
      oidc.discovery(
        issuer,
        client?.id ?? 'none',
        client?.secret ?? undefined,
        auth,
        await optionsFor(issuer, guard, algorithm),
      );
    const configuration = await ask('oauth2').catch(() => ask('oidc'));
    const { code_challenge_methods_supported: pkce, authorization_endpoint: to = '' } = configuration.serverMetadata();
    if (!pkce?.includes('S256'))
      throw new AppError('PROVIDER_ERROR', {
        message: `${issuer.host} does not say that it checks PKCE (S256). Nobody can be signed in safely there.`,
      });
    // The browser is sent there.
    if (URL.parse(to)?.protocol !== 'https:' && !(issuer.protocol === 'http:' && URL.parse(to)?.protocol === 'http:'))
      throw new AppError('PROVIDER_ERROR', { message: `${issuer.host} names no address where people sign in.` });
    return configuration;
  }

  async function registered(issuer: URL, guard: OutboundGuard, redirectUri: string): Promise<OauthClient> {
    const found = await discovered(issuer, guard, null);
    const { registration_endpoint: endpoint, token_endpoint_auth_methods_supported: methods } = found.serverMetadata();
    if (endpoint === undefined)
      throw new AppError('PROVIDER_ERROR', {
        message: `${issuer.host} takes no client that registers itself.`,
        details: { suggestion: `Register Carrel there, with ${redirectUri}, and give the client’s id to this server.` },
      });
    const method = methods === undefined || methods.includes('none') ? 'none' : 'client_secret_post';
    const wish = {
      client_name: 'Carrel',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: method,
    };
    const { dynamicClientRegistration } = await library();
    const ask = async (algorithm: 'oauth2' | 'oidc') =>
      dynamicClientRegistration(issuer, wish, undefined, await optionsFor(issuer, guard, algorithm));
    const client = await ask('oauth2').catch((error: unknown) => {
      // It was heard, and refused.
      if (refusalIn(error) !== undefined) throw error;
      return ask('oidc');
    });
    const { client_id: id, client_secret: secret } = client.clientMetadata();
    return { id, secret: typeof secret === 'string' ? secret : null, registeredAt: issuer.href };
  }

  const tokensOf = (
    answer: oidc.TokenEndpointResponse,
    place: Omit<Place, 'redirectUri'>,
    before: Tokens | null,
  ): Tokens => ({
    access: answer.access_token,
    refresh: answer.refresh_token ?? before?.refresh ?? null,
    expiresAt: answer.expires_in === undefined ? null : now() + seconds(answer.expires_in),
    issuer: place.issuer,
    resource: place.resource,
    client: place.client,
  });

  return {
    /** A client of our own at an authorisation server (RFC 7591). */
    register: (issuer: URL, guard: OutboundGuard, redirectUri: string): Promise<OauthClient> =>
      registered(issuer, guard, redirectUri).catch((error: unknown) => {
        throw explained(error, issuer.href);
      }),

    /** Where the browser goes. */
    async url(
      place: Place,
      guard: OutboundGuard,
      ask: { state: string; verifier: string; scopes: string | undefined },
    ) {
      try {
        const oidc = await library();
        const configuration = await discovered(new URL(place.issuer), guard, place.client);
        return oidc.buildAuthorizationUrl(configuration, {
          redirect_uri: place.redirectUri,
          state: ask.state,
          resource: place.resource,
          code_challenge: await oidc.calculatePKCECodeChallenge(ask.verifier),
          code_challenge_method: 'S256',
          ...(ask.scopes && { scope: ask.scopes }),
        }).href;
      } catch (error) {
        throw explained(error, place.issuer);
      }
    },

    /** The tokens of who came back. `search` is the callback's query, as it came. */
    async exchange(place: Place, guard: OutboundGuard, search: string, round: { state: string; verifier: string }) {
      try {
        const oidc = await library();
        const configuration = await discovered(new URL(place.issuer), guard, place.client);
        const answer = await oidc.authorizationCodeGrant(
          configuration,
          new URL(place.redirectUri + search),
          { expectedState: round.state, pkceCodeVerifier: round.verifier },
          { resource: place.resource },
        );
        return tokensOf(answer, place, null);
      } catch (error) {
        throw explained(error, place.issuer);
      }
    },

    /** Fresh tokens for old ones; null where the server takes them no more. */
    async refresh(tokens: Tokens, guard: OutboundGuard): Promise<Tokens | null> {
      if (tokens.refresh === null) return null;
      try {
        const oidc = await library();
        const configuration = await discovered(new URL(tokens.issuer), guard, tokens.client);
        const answer = await oidc.refreshTokenGrant(configuration, tokens.refresh, { resource: tokens.resource });
        return tokensOf(answer, tokens, tokens);
      } catch (error) {
        if (refusalIn(error) === 'invalid_grant') return null;
        throw explained(error, tokens.issuer);
      }
    },

    /** Tells the server that nobody needs the tokens any more, where it wants to hear that. */
    async revoke(tokens: Tokens, guard: OutboundGuard): Promise<void> {
      try {
        const oidc = await library();
        const configuration = await discovered(new URL(tokens.issuer), guard, tokens.client);
        if (configuration.serverMetadata().revocation_endpoint === undefined) return;
        await oidc.tokenRevocation(configuration, tokens.refresh ?? tokens.access);
      } catch (error) {
        logger.warn({ err: error, issuer: tokens.issuer }, 'a sign-in for tools could not be revoked there');
      }
    },
  };
}
export type Authorization = ReturnType<typeof createAuthorization>;
