import type { FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import type { Authenticated } from '../features/auth/sessions.ts';
import { apiKeyIn } from '../features/api-keys/credential.ts';
import type { ApiKeyService } from '../features/api-keys/service.ts';
import type { AuthService } from '../features/auth/service.ts';
import type { Actor } from '../http-kit/actor.ts';
import { clientOf, type Client } from '../http-kit/client.ts';
import { cookieValues, isSecure, sessionCookieName } from '../http-kit/cookies.ts';
import { isUnsafe } from '../http-kit/origin-guard.ts';
import { AppError } from '../lib/errors.ts';

type Auth = Pick<AuthService, 'byBearer' | 'byCookie' | 'isCsrfToken'>;

/**
 * Who is asking. An API key works in every mode. Any `Authorization: Bearer`, even an empty one, decides alone: when it is not valid the request is refused, whatever
 * cookie came with it. Other schemes belong to proxies and are not looked at. Null when no credential came.
 */
export function createAuthenticate(
  auth: Auth,
  keys: Pick<ApiKeyService, 'byKey'>,
  config: Config,
): (request: FastifyRequest) => Promise<Authenticated | null> {
  const { mode } = config.auth;

  return async (request) => {
    const key = apiKeyIn(request.raw);
    if (key !== null) return keys.byKey(key);
    const bearer = bearerOf(request.headers.authorization);
    if (bearer !== null) {
      if (mode === 'session') throw noTokens();
      if (bearer === '') throw new AppError('AUTH_REQUIRED', { message: 'The Authorization header holds no token.' });
      return auth.byBearer(bearer, clientOf(request));
    }
    if (mode === 'bearer') return null;
    const [secret, ...others] = cookieValues(
      request.headers.cookie,
      sessionCookieName(config, isSecure(config, request.protocol)),
    );
    if (others.length) {
      throw new AppError('AUTH_REQUIRED', {
        message: 'Two session cookies came with this request. Remove the cookies of this site and sign in again.',
      });
    }
    return secret ? auth.byCookie(secret) : null;
  };
}

/** Who is asking with a token alone, an access token or an API key, where there is no request to carry it. Throws when it is not valid. */
export function createByToken(
  auth: Pick<Auth, 'byBearer'>,
  keys: Pick<ApiKeyService, 'byKey'>,
  { auth: { mode } }: Config,
): (token: string, client: Client) => Promise<Authenticated> {
  return async (token, client) => {
    if (token.startsWith('crl_')) return keys.byKey(token);
    if (mode === 'session') throw noTokens();
    return auth.byBearer(token, client);
  };
}

const noTokens = (): AppError =>
  new AppError('AUTH_REQUIRED', { message: 'This server takes no access tokens. Please sign in on its page.' });

/** What follows `Bearer` (RFC 6750, 2.1; the scheme's case does not matter); null for another scheme or none. */
function bearerOf(header: string | undefined): string | null {
  const [, token] = /^bearer(?:$|\s+(.*)$)/i.exec(header?.trim() ?? '') ?? [null, null];
  if (token === null) return null;
  return token ?? '';
}

/** The check of an unsafe request that a cookie speaks for: it must carry the session's CSRF token. Throws CSRF_INVALID. */
export function createVerifyUnsafe(auth: Auth, config: Config): (request: FastifyRequest, actor: Actor | null) => void {
  return ({ method, headers }, actor) => {
    if (!config.http.csrf || actor?.via !== 'cookie' || !isUnsafe(method)) return;
    if (actor.sessionId === null || !auth.isCsrfToken(actor.sessionId, headers['x-csrf-token']))
      throw new AppError('CSRF_INVALID');
  };
}
