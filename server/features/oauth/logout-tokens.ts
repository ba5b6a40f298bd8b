import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTPayload } from 'jose';
import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';

/** What a provider says of a session that ended there. One of `subject` and `sid` is there. */
export type SignedOut = { issuer: string; jti: string; subject: string | null; sid: string | null; expiresAt: number };

type Keys = ReturnType<typeof createRemoteJWKSet>;
/** Whose tokens are taken. */
export type Signer = { issuer: string; clientId: string; keys: Keys };

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** By the issuer's own keys: whoever knows the client's secret could make the others. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const OLDEST = '10 minutes';
const CLOCK_TOLERANCE_S = 60;

export const keysAt = (
  address: string,
  fetch: (url: string, options: { headers: Headers }) => Promise<Response>,
): Keys =>
  createRemoteJWKSet(new URL(address), {
    [customFetch]: (url, { headers }) => fetch(url, { headers }),
  });

/** Checks a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6). Throws INVALID_TOKEN, with what was wrong as its cause. */
export async function readLogoutToken(
  token: string,
  { issuer, clientId, keys }: Signer,
  now: Clock,
): Promise<SignedOut> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer,
      audience: clientId,
      algorithms: ALGORITHMS,
      maxTokenAge: OLDEST,
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(now()),
      requiredClaims: ['iat', 'exp', 'jti'],
    });
    if (protectedHeader.typ !== undefined && !/^(logout\+)?jwt$/i.test(protectedHeader.typ))
      throw new Refused('It is a token of another kind.');
    return { issuer, ...told(payload) };
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (!(error instanceof errors.JOSEError) && !(error instanceof Refused)) throw error;
    throw new AppError('INVALID_TOKEN', { message: 'This logout token is not valid.', cause: error });
  }
}

class Refused extends Error {}

function told(payload: JWTPayload): Omit<SignedOut, 'issuer'> {
  const { events, jti, sub, sid, nonce, exp } = payload;
  const event = typeof events === 'object' && events !== null ? (events as Record<string, unknown>)[EVENT] : undefined;
  if (typeof event !== 'object' || event === null) throw new Refused('It tells of no sign-out.');
  // An ID token may have one: such a token must never pass for the other.
  if (nonce !== undefined) throw new Refused('It has a nonce.');
  if (typeof jti !== 'string' || jti === '' || exp === undefined) throw new Refused('It has no id, or no end.');
  const [subject, session] = [text(sub), text(sid)];
  if (subject === null && session === null) throw new Refused('It names neither a person nor a session.');
  return { jti, subject, sid: session, expiresAt: (exp + CLOCK_TOLERANCE_S) * 1_000 };
}

export const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
