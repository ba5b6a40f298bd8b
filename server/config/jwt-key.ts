import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

export const jwtAlgorithms = ['ES256', 'RS256', 'EdDSA'] as const;
export type JwtAlgorithm = (typeof jwtAlgorithms)[number];

const RSA_BITS = 4_096;
const RSA_MIN_BITS = 2_048;

const generators: Record<JwtAlgorithm, () => KeyObject> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  RS256: () => generateKeyPairSync('rsa', { modulusLength: RSA_BITS }).privateKey,
  EdDSA: () => generateKeyPairSync('ed25519').privateKey,
};

const fits: Record<JwtAlgorithm, (key: KeyObject) => boolean> = {
  ES256: ({ asymmetricKeyType, asymmetricKeyDetails }) =>
    asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1',
  RS256: ({ asymmetricKeyType, asymmetricKeyDetails }) =>
    asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= RSA_MIN_BITS,
  EdDSA: ({ asymmetricKeyType }) => asymmetricKeyType === 'ed25519',
};

const toPem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

/** A new private key for the algorithm (RFC 7518, RFC 8037), as PEM (PKCS #8). */
export const generateJwtKey = (algorithm: JwtAlgorithm): string => toPem(generators[algorithm]());

/** The key as PEM (PKCS #8), or undefined when the text is no private key for this algorithm. Takes SEC 1 and PKCS #1 too. */
export function readJwtKey(pem: string, algorithm: JwtAlgorithm): string | undefined {
  try {
    // From an environment variable the line breaks often come as two characters.
    const key = createPrivateKey(pem.replaceAll('\\n', '\n'));
    return fits[algorithm](key) ? toPem(key) : undefined;
  } catch {
    return undefined;
  }
}
