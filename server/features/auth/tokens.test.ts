import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  jwtVerify,
  SignJWT,
  type JWTHeaderParameters,
} from 'jose';
import { describe, expect, it } from 'vitest';
import { fixedKey } from './signing-keys.ts';
import { createTokens } from './tokens.ts';

const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const keys = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  RS256: generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey,
  EdDSA: generateKeyPairSync('ed25519').privateKey,
};
const issuer = 'https://carrel.example';
const start = Date.UTC(2030, 0, 1);
let time = start;
const tokensFor = (key: KeyObject, from = issuer) =>
  createTokens({ keys: fixedKey(pem(key)), issuer: from, lifetimeSeconds: 900, now: () => time });
const claims = { userId: 'u', sessionId: 's', fingerprint: null };

describe.each(['ES256', 'RS256', 'EdDSA'] as const)('%s', (alg) => {
  const tokens = tokensFor(keys[alg]);

  it('is taken from the key, and the published key checks the token', async () => {
    time = start;
    const token = await tokens.sign({ ...claims, fingerprint: 'f' });
    const kid = await calculateJwkThumbprint(await exportJWK(createPublicKey(keys[alg])));
    expect(decodeProtectedHeader(token)).toEqual({ alg, typ: 'at+jwt', kid });
    expect(decodeJwt(token)).toMatchObject({
      iss: issuer,
      aud: 'carrel',
      sub: 'u',
      sid: 's',
      fgp: 'f',
      iat: start / 1_000,
      exp: start / 1_000 + 900,
    });
    expect(decodeJwt(token)).not.toHaveProperty('role');
    expect(tokens.jwks().keys).toEqual([expect.not.objectContaining({ d: expect.anything() as string })]);
    await expect(
      jwtVerify(token, createLocalJWKSet(tokens.jwks()), { currentDate: new Date(time) }),
    ).resolves.toBeDefined();
    expect(await tokens.verify(token)).toEqual({ ...claims, fingerprint: 'f' });
  });
});

describe('attacks on access tokens', () => {
  const key = keys.ES256;
  const tokens = tokensFor(key);
  const kid = String(tokens.jwks().keys[0]?.kid);
  const header = { alg: 'ES256', typ: 'at+jwt', kid };
  const good = {
    iss: issuer,
    aud: 'carrel',
    sub: 'u',
    sid: 's',
    jti: 'j',
    iat: start / 1_000,
    exp: start / 1_000 + 900,
  };
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = (changedHeader: object = {}, changedClaims: object = {}, by: KeyObject = key) =>
    new SignJWT({ ...good, ...changedClaims })
      .setProtectedHeader({ ...header, ...changedHeader } as JWTHeaderParameters)
      .sign(by);
  const hmac = (secret: string | Buffer, changedHeader: object = {}): string => {
    const head = `${encode({ ...header, alg: 'HS256', ...changedHeader })}.${encode(good)}`;
    return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`;
  };
  const publicPem = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const without = (name: keyof typeof good): object => ({ [name]: undefined });

  it('starts from a token that is good', async () => {
    time = start;
    expect(await tokens.verify(await signed())).toEqual(claims);
  });

  it.each<[string, () => string | Promise<string>]>([
    ['no algorithm', () => `${encode({ ...header, alg: 'none' })}.${encode(good)}.`],
    ['no algorithm in capitals', () => `${encode({ ...header, alg: 'NONE' })}.${encode(good)}.`],
    ['HS256 with the public key', () => hmac(publicPem)],
    ['HS256 with the public key, called ES256', () => hmac(publicPem, { alg: 'ES256' })],
    ['HS256 with an empty key and a path for a key id', () => hmac('', { kid: '../../../../dev/null' })],
    ['another key', () => signed({}, {}, other)],
    ['another key id', () => signed({ kid: 'other' })],
    ['no key id', () => signed({ kid: undefined })],
    ['a key id out of a path', () => signed({ kid: `../${kid}` })],
    ['a key of the sender by address', () => signed({ jku: 'https://evil.example/jwks.json' }, {}, other)],
    ['an address of keys at all', () => signed({ jku: 'https://evil.example/jwks.json' })],
    [
      'a key of the sender in the header',
      async () => signed({ jwk: await exportJWK(createPublicKey(other)) }, {}, other),
    ],
    ['the type of another token', () => signed({ typ: 'JWT' })],
    ['another audience', () => signed({}, { aud: 'other' })],
    ['another issuer', () => signed({}, { iss: 'https://other.example' })],
    ['no end', () => signed({}, without('exp'))],
    ['no session', () => signed({}, without('sid'))],
    ['no person', () => signed({}, without('sub'))],
    ['a session that is no text', () => signed({}, { sid: ['s'] })],
    ['a changed claim', async () => (await signed()).replace(/\.[^.]+\./, `.${encode({ ...good, sub: 'admin' })}.`)],
    ['a cut signature', async () => (await signed()).replace(/\.[^.]*$/, '.')],
    ['no token', () => 'abc'],
    ['three empty parts', () => '..'],
    ['a header that is no object', () => `${encode([])}.${encode(good)}.x`],
    ['a key of the API', () => 'crl_0123456789abcdef'],
  ])('refuses %s', async (_name, make) => {
    time = start;
    await expect(tokens.verify(await make())).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
  });

  it('says that a token of ours has expired, and of nobody else', async () => {
    const [ours, theirs] = await Promise.all([signed(), signed({}, {}, other)]);
    time = start + 900_000;
    await expect(tokens.verify(ours)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    await expect(tokens.verify(theirs)).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
  });

  it('refuses the token of another instance with the same key', async () => {
    time = start;
    await expect(tokens.verify(await tokensFor(key, 'https://other.example').sign(claims))).rejects.toMatchObject({
      code: 'TOKEN_REVOKED',
    });
  });

  it('refuses to start with a key that is too weak or of another kind', () => {
    for (const weak of [
      generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey,
      generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey,
    ]) {
      expect(() => tokensFor(weak)).toThrow('JWT_PRIVATE_KEY');
    }
  });
});
