import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import type { Authenticated } from '../features/auth/sessions.ts';
import { createClaimReader, type Claim } from '../features/trusted-header/claim.ts';
import type { TrustedHeaderService } from '../features/trusted-header/service.ts';
import type { Actor } from '../http-kit/actor.ts';
import { clientOf, type Client } from '../http-kit/client.ts';
import { isUnsafe } from '../http-kit/origin-guard.ts';
import type { SessionCookies } from '../http-kit/session-cookies.ts';
import { AppError } from '../lib/errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whom the proxy in front names; null where it names nobody, and where none is set up. */
    claim: Claim | null;
  }
}

type Authenticate = (request: FastifyRequest, reply?: FastifyReply) => Promise<Authenticated | null>;

/** Reads the proxy's headers on every request, and takes them away; a forged one is refused wherever it goes. `/health` alone does not mind. */
export function readClaims(
  app: FastifyInstance,
  { trustedHeader, trustedProxies }: Pick<Config, 'trustedHeader' | 'trustedProxies'>,
): void {
  app.decorateRequest('claim', null);
  if (!trustedHeader) return;
  const claimOf = createClaimReader(trustedHeader, trustedProxies);
  app.addHook('onRequest', async (request) => {
    try {
      request.claim = claimOf(request.raw);
    } catch (error) {
      if (request.routeOptions.url !== '/health') throw error;
    }
  });
}

/** Throws AUTH_REQUIRED where the proxy names somebody else than the credential. */
async function checkSame(trusted: TrustedHeaderService, claim: Claim, { user }: Authenticated): Promise<void> {
  if (await trusted.isSame(claim, user)) return;
  throw new AppError('AUTH_REQUIRED', {
    message: 'The proxy says that you are somebody else than who is signed in here. Sign in again.',
  });
}

/** The same for a token that comes later than the headers: on a socket. */
export const tokenThroughProxy =
  (byToken: (token: string, client: Client) => Promise<Authenticated>, trusted: TrustedHeaderService | null) =>
  async (token: string, request: FastifyRequest): Promise<Actor> => {
    const found = await byToken(token, clientOf(request));
    if (trusted && request.claim) await checkSame(trusted, request.claim, found);
    return found.actor;
  };

/**
 * With a proxy that says who somebody is: a credential that comes along must be theirs, and whoever reads without one is signed in. What
 * changes something needs a session that is there already, and its CSRF token: the proxy's own cookie would let any site write.
 */
export function withTrustedHeader(
  authenticate: (request: FastifyRequest) => Promise<Authenticated | null>,
  trusted: TrustedHeaderService | null,
  cookies: SessionCookies,
): Authenticate {
  if (!trusted) return authenticate;

  /** Null where no credential came, and where the cookie's session is over. */
  async function present(request: FastifyRequest): Promise<Authenticated | null> {
    try {
      return await authenticate(request);
    } catch (error) {
      const isOver = error instanceof AppError && error.code === 'SESSION_EXPIRED';
      if (isOver && !/^\s*bearer\b/i.test(request.headers.authorization ?? '')) return null;
      throw error;
    }
  }

  return async (request, reply) => {
    const { claim } = request;
    if (!claim) return authenticate(request);
    const found = await present(request);
    if (found) {
      await checkSame(trusted, claim, found);
      return found;
    }
    if (isUnsafe(request.method) || !reply) return null;
    const begun = await trusted.begin(claim, cookies.originOf(request));
    cookies.answer(request, reply, begun.signIn);
    return begun.found;
  };
}
