import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';

type Claims = Record<string, unknown>;
type Round = { nonce: string; sub: string; issuer: string };

export type BentIssuer = {
  url: string;
  /** What its ID tokens say, and how they are signed; set anew by each test. */
  bend: {
    claims: (claims: Claims) => Claims;
    token: (claims: Claims) => Promise<string>;
    metadata: Claims;
    /** What its userinfo endpoint tells. */
    userinfo: Claims;
    /** Where its discovery document sends whoever asks for it. */
    movedTo: string | null;
  };
  sign(claims: Claims, key?: CryptoKey): Promise<string>;
  /** Forms of the token endpoint, as they came. */
  asked: URLSearchParams[];
  /** A code that will be taken for this round, once. */
  code(round: { nonce: string; sub?: string }): string;
  straighten(): void;
  close(): Promise<void>;
};

/** An issuer that does as it should until it is told to do otherwise: for what a real one cannot be made to send. */
export async function startBentIssuer(): Promise<BentIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const codes = new Map<string, Round>();
  let made = 0;

  const sign = (claims: Claims, key: CryptoKey = privateKey): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(key);
  const straight = (): BentIssuer['bend'] => ({
    claims: (claims) => claims,
    token: (claims) => sign(claims),
    metadata: {},
    userinfo: {},
    movedTo: null,
  });
  const issuer: BentIssuer = {
    url,
    bend: straight(),
    sign,
    asked: [],
    code({ nonce, sub = 'someone' }) {
      made += 1;
      const code = `code-${made}`;
      codes.set(code, { nonce, sub, issuer: url });
      return code;
    },
    straighten() {
      issuer.bend = straight();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function answer(path: string, body: string): Promise<[number, unknown]> {
    if (path === '/.well-known/openid-configuration')
      return [
        200,
        {
          issuer: url,
          authorization_endpoint: `${url}/authorize`,
          token_endpoint: `${url}/token`,
          userinfo_endpoint: `${url}/userinfo`,
          jwks_uri: `${url}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
          code_challenge_methods_supported: ['S256'],
          ...issuer.bend.metadata,
        },
      ];
    if (path === '/keys') return [200, { keys: [jwk] }];
    if (path === '/userinfo') return [200, issuer.bend.userinfo];
    if (path !== '/token') return [404, { error: 'not_found' }];
    const form = new URLSearchParams(body);
    issuer.asked.push(form);
    const code = form.get('code') ?? '';
    const round = codes.get(code);
    if (!round || !codes.delete(code)) return [400, { error: 'invalid_grant' }];
    const at = Math.floor(Date.now() / 1_000);
    const claims = issuer.bend.claims({
      iss: url,
      aud: 'carrel',
      sub: round.sub,
      nonce: round.nonce,
      iat: at,
      exp: at + 300,
      email: `${round.sub}@example.org`,
      email_verified: true,
    });
    return [200, { access_token: 'opaque', token_type: 'bearer', id_token: await issuer.bend.token(claims) }];
  }

  server.on('request', (request, response) => {
    let body = '';
    request.on('data', (data) => (body += data));
    request.on('end', () => {
      const { pathname } = new URL(request.url ?? '/', url);
      if (issuer.bend.movedTo !== null && pathname.startsWith('/.well-known/')) {
        response.writeHead(302, { location: issuer.bend.movedTo });
        response.end();
        return;
      }
      void answer(pathname, body).then(([status, json]) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(json));
      });
    });
  });
  return issuer;
}
