import { createHash, createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { statSync } from 'node:fs';
import { readKeyFiles } from '../../config/jwt-key-files.ts';
import { seconds, type Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';

export type Algorithm = 'ES256' | 'RS256' | 'EdDSA';

/** A public key as the JWK set shows it (RFC 7517). */
export type PublicJwk = { kty: string; kid: string; alg: Algorithm; use: 'sig'; [member: string]: unknown };

export type SigningKey = {
  kid: string;
  algorithm: Algorithm;
  privateKey: KeyObject;
  publicKey: KeyObject;
  jwk: PublicJwk;
  /** What it has signed is no longer taken from then on; null for the key that signs. */
  verifiesUntil: number | null;
};

export type SigningKeys = {
  /** The one that signs. */
  current(): SigningKey;
  /** The key of that id while it may verify. */
  byId(kid: string): SigningKey | undefined;
  /** All that may verify, the one that signs first. */
  all(): SigningKey[];
};

/** A rotation by the command line is noticed after this long, or when a token names a key that is not known. */
const LOOK_EVERY_MS = seconds(2);

/** Clocks of several servers differ, and a token may be on its way. */
export const OVERLAP_MARGIN_MS = seconds(300);

/** One key that never changes: given by the environment. PEM (PKCS #8): P-256, RSA of at least 2,048 bits, or Ed25519. */
export function fixedKey(pem: string): SigningKeys {
  const key = signingKey(pem, null);
  return { current: () => key, byId: (kid) => (kid === key.kid ? key : undefined), all: () => [key] };
}

type FileOptions = {
  /** Of the key that signs; see jwt-key-files.ts. */
  path: string;
  algorithm: Algorithm;
  tokenLifetimeMs: number;
  logger: Logger;
  now: Clock;
};

/** The instance's own keys, read again when they have been rotated. A file that cannot be read leaves what was known. */
export function keysOfFiles({ path, algorithm, tokenLifetimeMs, logger, now }: FileOptions): SigningKeys {
  const overlap = tokenLifetimeMs + OVERLAP_MARGIN_MS;
  let keys = read();
  let seen = stamp();
  let lookedAt = now();

  function read(): SigningKey[] {
    const byKid = new Map<string, SigningKey>();
    for (const { pem, retiredAt } of readKeyFiles(path, algorithm)) {
      const key = signingKey(pem, retiredAt === null ? null : retiredAt + overlap);
      // A rotation that was killed half way left the key that signs in both places.
      if (!byKid.has(key.kid)) byKid.set(key.kid, key);
    }
    return [...byKid.values()];
  }

  /** What changes with the file: a new one takes its name. */
  function stamp(): string {
    const { ino, mtimeMs, size } = statSync(path);
    return `${ino} ${mtimeMs} ${size}`;
  }

  function look(): void {
    lookedAt = now();
    try {
      const found = stamp();
      if (found === seen) return;
      keys = read();
      seen = found;
      logger.info({ kid: keys[0]?.kid }, 'access tokens are signed with a new key');
    } catch (err) {
      logger.error({ err }, 'the signing keys could not be read again; those that are known stay in use');
    }
  }

  function fresh(): SigningKey[] {
    if (Math.abs(now() - lookedAt) >= LOOK_EVERY_MS) look();
    return keys;
  }

  const verifies = ({ verifiesUntil }: SigningKey): boolean => verifiesUntil === null || verifiesUntil > now();

  return {
    current() {
      const [key] = fresh();
      if (!key) throw new Error('there is no signing key');
      return key;
    },
    byId(kid) {
      const find = (): SigningKey | undefined => keys.find((key) => key.kid === kid && verifies(key));
      fresh();
      const known = find();
      if (known) return known;
      look();
      return find();
    },
    all: () => fresh().filter(verifies),
  };
}

/** The id of a private key: RFC 7638's thumbprint of its public half. */
export const keyId = (pem: string): string =>
  thumbprint(createPublicKey(createPrivateKey(pem)).export({ format: 'jwk' }));

function signingKey(pem: string, verifiesUntil: number | null): SigningKey {
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  const algorithm = algorithmOf(privateKey);
  const members = publicKey.export({ format: 'jwk' });
  const kid = thumbprint(members);
  const jwk: PublicJwk = { ...members, kty: members.kty ?? '', kid, alg: algorithm, use: 'sig' };
  return { kid, algorithm, privateKey, publicKey, jwk, verifiesUntil };
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
