import { errors, jwtVerify, SignJWT } from 'jose';
import { AppError } from '../../lib/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { PublicJwk, SigningKey, SigningKeys } from './signing-keys.ts';

type Options = {
  keys: SigningKeys;
  /** Origin of this instance. */
  issuer: string;
  lifetimeSeconds: number;
  now: Clock;
};

/** What an access token says. Rights are looked up at each request and are not in it. */
type AccessToken = {
  userId: string;
  sessionId: string;
  /** See fingerprint.ts; null for a token that is bound to no browser. */
  fingerprint: string | null;
};

export type Tokens = ReturnType<typeof createTokens>;

const AUDIENCE = 'carrel';
/** About 6 MB. Whether the session behind a token still lives is asked at each request all the same. */
const MAX_VERIFIED = 10_000;
const TYPE = 'at+jwt';
const revoked = (cause?: unknown): AppError => new AppError('TOKEN_REVOKED', { cause });

/**
 * Access tokens in the profile of RFC 9068. The algorithm belongs to the key: what a token's header says of it is compared, never followed,
 * and a header that points to a key (`jku`, `jwk`, `x5c`) makes the token void.
 */
export function createTokens({ keys, issuer, lifetimeSeconds, now }: Options) {
  /** A signature is checked once: that takes longer than the rest of authentication, and what it says does not change. */
  const verified = new Map<string, { claims: AccessToken; expiresAt: number }>();

  function remember(token: string, claims: AccessToken, expiresAt: number): void {
    if (verified.size >= MAX_VERIFIED) verified.delete(verified.keys().next().value ?? '');
    verified.set(token, { claims, expiresAt });
  }

  return {
    lifetimeSeconds,

    sign({ userId, sessionId, fingerprint }: AccessToken): Promise<string> {
      const issuedAt = Math.floor(now() / 1_000);
      const { algorithm, kid, privateKey } = keys.current();
      return new SignJWT({ sid: sessionId, ...(fingerprint !== null && { fgp: fingerprint }) })
        .setProtectedHeader({ alg: algorithm, typ: TYPE, kid })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setSubject(userId)
        .setJti(newId())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetimeSeconds)
        .sign(privateKey);
    },

    /** Throws TOKEN_EXPIRED for a token of ours whose time is over, TOKEN_REVOKED for anything else that is not right. */
    async verify(token: string): Promise<AccessToken> {
      const known = verified.get(token);
      if (known && known.expiresAt > now()) return known.claims;
      const key = keyOf(token, keys);
      if (!key) throw revoked();
      try {
        const { payload } = await jwtVerify(token, key.publicKey, {
          algorithms: [key.algorithm],
          typ: TYPE,
          issuer,
          audience: AUDIENCE,
          requiredClaims: ['sub', 'sid', 'jti', 'iat', 'exp'],
          currentDate: new Date(now()),
        });
        const { sub, sid, fgp } = payload;
        if (typeof sub !== 'string' || typeof sid !== 'string') throw revoked();
        const fingerprint = typeof fgp === 'string' ? fgp : null;
        const claims = { userId: sub, sessionId: sid, fingerprint };
        remember(token, claims, Math.min((payload.exp ?? 0) * 1_000, key.verifiesUntil ?? Infinity));
        return claims;
      } catch (error) {
        if (error instanceof errors.JWTExpired) throw new AppError('TOKEN_EXPIRED', { cause: error });
        throw revoked(error);
      }
    },

    /** What others need to check our tokens. */
    jwks: (): { keys: PublicJwk[] } => ({ keys: keys.all().map(({ jwk }) => jwk) }),
  };
}

/** The key that a token names, if its header says exactly what ours say and nothing more. */
function keyOf(token: string, keys: SigningKeys): SigningKey | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
    if (typeof header !== 'object' || header === null) return undefined;
    const { kid, alg, typ, ...others }: Record<string, unknown> = { ...header };
    if (typeof kid !== 'string' || typ !== TYPE || Object.keys(others).length) return undefined;
    const key = keys.byId(kid);
    return key?.algorithm === alg ? key : undefined;
  } catch {
    return undefined;
  }
}
