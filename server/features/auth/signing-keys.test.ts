import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { decodeProtectedHeader, SignJWT } from 'jose';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import { ensureKeyFile, jwtKeyPath, rotateKeyFile } from '../../config/jwt-key-files.ts';
import { minutes, seconds, systemClock } from '../../lib/clock.ts';
import { keysOfFiles, OVERLAP_MARGIN_MS } from './signing-keys.ts';
import { createTokens } from './tokens.ts';

const START = Date.UTC(2030, 0, 1);
const LIFE = minutes(15);

describe('keys in files', () => {
  let dataDir: string;
  let path: string;
  let at: number;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'carrel-keys-'));
    path = jwtKeyPath(dataDir, 'ES256');
    at = START;
    ensureKeyFile(path, 'ES256');
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  const open = () =>
    keysOfFiles({ path, algorithm: 'ES256', tokenLifetimeMs: LIFE, logger: pino({ level: 'silent' }), now: () => at });
  const tokensOver = (keys = open()) =>
    createTokens({ keys, issuer: 'https://carrel.example', lifetimeSeconds: LIFE / 1_000, now: () => at });
  const rotate = (): void => rotateKeyFile(path, 'ES256', { now: at, forgetBefore: at - LIFE - OVERLAP_MARGIN_MS });
  const claims = { userId: 'u', sessionId: 's', fingerprint: null };
  const kidOf = (token: string): string => String(decodeProtectedHeader(token).kid);

  it('sign with the new one at once, and take what the old one signed while its tokens live', async () => {
    const tokens = tokensOver();
    const old = await tokens.sign(claims);
    rotate();
    at += seconds(2);
    const fresh = await tokens.sign(claims);
    expect(kidOf(fresh)).not.toBe(kidOf(old));
    expect(tokens.jwks().keys.map(({ kid }) => kid)).toEqual([kidOf(fresh), kidOf(old)]);
    expect(await tokensOver().verify(old)).toEqual(claims);
    expect(await tokensOver().verify(fresh)).toEqual(claims);
  });

  it('are noticed by a server that is shown a token of a key that it does not know', async () => {
    const running = tokensOver();
    const before = running.jwks().keys;
    rotate();
    const fresh = await tokensOver().sign(claims);
    expect(running.jwks().keys).toEqual(before);
    expect(await running.verify(fresh)).toEqual(claims);
    expect(running.jwks().keys).toHaveLength(2);
  });

  it('take nothing from the old one after the overlap, however long its token says it lives', async () => {
    const keys = open();
    const { kid, privateKey } = keys.current();
    const forged = await new SignJWT({ sid: 's' })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
      .setIssuer('https://carrel.example')
      .setAudience('carrel')
      .setSubject('u')
      .setJti('j')
      .setIssuedAt(at / 1_000)
      .setExpirationTime(at / 1_000 + 86_400)
      .sign(privateKey);
    rotate();
    at += LIFE + OVERLAP_MARGIN_MS - 1;
    const tokens = tokensOver();
    expect(await tokens.verify(forged)).toEqual(claims);
    at += 1;
    await expect(tokens.verify(forged)).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
    expect(tokens.jwks().keys.map((key) => key.kid)).not.toContain(kid);
  });

  it('stand the overlap of several rotations, and are removed after it', () => {
    for (let n = 0; n < 3; n += 1) {
      rotate();
      at += minutes(1);
    }
    expect(open().all()).toHaveLength(4);
    at += LIFE + OVERLAP_MARGIN_MS;
    rotate();
    expect(readdirSync(dirname(path))).toHaveLength(2);
  });

  it('are all of mode 0600', () => {
    rotate();
    for (const name of readdirSync(dirname(path)))
      expect([name, statSync(join(dirname(path), name)).mode & 0o777]).toEqual([name, 0o600]);
  });

  it('survive a rotation that was killed half way, and a file that is damaged', async () => {
    copyFileSync(path, join(dirname(path), `jwt-es256.retired-${at}.pem`));
    const keys = open();
    expect(keys.all().map(({ verifiesUntil }) => verifiesUntil)).toEqual([null]);
    const tokens = tokensOver(keys);
    const token = await tokens.sign(claims);
    rmSync(path);
    writeFileSync(path, 'not a key at all');
    at += seconds(2);
    expect(kidOf(await tokens.sign(claims))).toBe(kidOf(token));
    await expect(tokens.verify(`${token}x`)).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
    expect(await tokens.verify(token)).toEqual(claims);
  });

  it('of RS256 are of 4096 bits', () => {
    const rsa = jwtKeyPath(dataDir, 'RS256');
    ensureKeyFile(rsa, 'RS256');
    const [key] = keysOfFiles({
      path: rsa,
      algorithm: 'RS256',
      tokenLifetimeMs: LIFE,
      logger: pino({ level: 'silent' }),
      now: () => at,
    }).all();
    expect(key?.publicKey.asymmetricKeyDetails?.modulusLength).toBe(4_096);
  });
});

describe('a rotation under a running instance', () => {
  let app: TestApp;
  let later = 0;
  beforeAll(async () => {
    app = await createTestApp({ overrides: { now: () => systemClock() + later } });
    await app.person('admin');
  });
  afterAll(() => app.close());

  it('signs nobody out', async () => {
    const [person, before] = [await app.person(), await app.person()];
    const path = String(app.config.secrets.jwtKeyFile);
    const secret = readFileSync(path, 'utf8');
    rotateKeyFile(path, 'ES256', { now: systemClock(), forgetBefore: 0 });
    later += seconds(2);
    const bearer = (token: string | null) => ({ headers: { authorization: `Bearer ${String(token)}` } });
    const old = person.accessToken;
    const { body } = await person.post('/api/auth/login', { login: person.user?.email, password: goodPassword });
    expect(decodeProtectedHeader(body.access_token).kid).not.toBe(decodeProtectedHeader(String(old)).kid);
    expect((await app.stranger().get('/api/users/me', bearer(body.access_token))).status).toBe(200);
    const { body: jwks } = await app.stranger().get<{ keys: { kid: string }[] }>('/.well-known/jwks.json');
    expect(jwks.keys.map(({ kid }) => kid)).toEqual(
      [body.access_token, old].map((token) => decodeProtectedHeader(String(token)).kid),
    );
    expect(JSON.stringify(jwks)).not.toMatch(/"d":|PRIVATE/);
    expect(readFileSync(path, 'utf8')).not.toBe(secret);
    expect((await app.stranger().get('/api/users/me', bearer(before.accessToken))).status).toBe(200);
  });
});
