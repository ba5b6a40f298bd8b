import { createHash, createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { AppError } from '../../lib/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';

type Options = {
  /** PEM (PKCS #8): P-256, RSA of at least 2,048 bits, or Ed25519. */
  privateKey: string;
  /** Origin of this instance. */
  issuer: string;
  lifetimeSeconds: number;
  now: Clock;
};

type Algorithm = 'ES256' | 'RS256' | 'EdDSA';

/** What an access token says. Rights are looked up at each request and are not in it. */
type AccessToken = {
  userId: string;
  sessionId: string;
  /** See fingerprint.ts; null for a token that is bound to no browser. */
  fingerprint: string | null;
};

/** A public key as the JWK set shows it (RFC 7517). */
type PublicJwk = { kty: string; kid: string; alg: Algorithm; use: 'sig'; [member: string]: unknown };

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
export function createTokens({ privateKey: pem, issuer, lifetimeSeconds, now }: Options) {
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  const algorithm = algorithmOf(privateKey);
  const jwk = publicKey.export({ format: 'jwk' });
  const kid = thumbprint(jwk);
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
      if (!hasPlainHeader(token, kid, algorithm)) throw revoked();
      try {
        const { payload } = await jwtVerify(token, publicKey, {
          algorithms: [algorithm],
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
        remember(token, claims, (payload.exp ?? 0) * 1_000);
        return claims;
      } catch (error) {
        if (error instanceof errors.JWTExpired) throw new AppError('TOKEN_EXPIRED', { cause: error });
        throw revoked(error);
      }
    },

    /** What others need to check our tokens. */
    jwks: (): { keys: PublicJwk[] } => ({ keys: [{ ...jwk, kty: jwk.kty ?? '', kid, alg: algorithm, use: 'sig' }] }),
  };
}

function algorithmOf(key: KeyObject): Algorithm {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return 'ES256';
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= 2_048) return 'RS256';
  if (type === 'ed25519') return 'EdDSA';
  throw new Error(
    'JWT_PRIVATE_KEY: expected a P-256, Ed25519 or RSA key (2048 bits or more), for example one made by: openssl genpkey -algorithm ed25519',
  );
}

/** RFC 7638: SHA-256 over the required members, in alphabetical order, without spaces. */
function thumbprint({ crv, e, kty, n, x, y }: JsonWebKey): string {
  // Members that a kind of key does not have are undefined, which JSON leaves out.
  return createHash('sha256').update(JSON.stringify({ crv, e, kty, n, x, y })).digest('base64url');
}

/** Whether a token's header says exactly what ours say. */
function hasPlainHeader(token: string, kid: string, algorithm: Algorithm): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
    if (typeof header !== 'object' || header === null) return false;
    const members: Record<string, unknown> = { ...header };
    return (
      Object.keys(members).length === 3 && members.kid === kid && members.alg === algorithm && members.typ === TYPE
    );
  } catch {
    return false;
  }
}
