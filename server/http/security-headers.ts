import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Config } from '../config.ts';

const YEAR_SECONDS = 31_536_000;

/** The policy of the page, whose scripts carry a nonce; without one, no script of the document itself runs. */
const policyWith = (nonce: string | null): string =>
  [
    "default-src 'self'",
    nonce === null ? "script-src 'self'" : `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self'",
    // Typeset formulas and measured layouts set style attributes; these cannot load or run anything.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join(';');

/** CSP, HSTS on HTTPS, frame-ancestors, nosniff, Referrer-Policy, COOP: on every answer, and the same on each. */
export function registerSecurityHeaders(app: FastifyInstance, config: Config): void {
  if (!config.http.securityHeaders) return;
  const headers = {
    'content-security-policy': policyWith(null),
    'cross-origin-opener-policy': 'same-origin',
    // Static pages on another origin may read the API where CORS lets them.
    'cross-origin-resource-policy': config.corsOrigins.length ? 'cross-origin' : 'same-origin',
    'origin-agent-cluster': '?1',
    'referrer-policy': 'no-referrer',
    ...(config.publicUrl.protocol === 'https:' && { 'strict-transport-security': `max-age=${YEAR_SECONDS}` }),
    'x-content-type-options': 'nosniff',
    'x-dns-prefetch-control': 'off',
    'x-download-options': 'noopen',
    'x-frame-options': 'DENY',
    'x-permitted-cross-domain-policies': 'none',
    'x-xss-protection': '0',
  };
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}

/** A nonce for the scripts of one document, named in its answer's policy where there is one. */
export function nonceFor(reply: FastifyReply): string {
  const nonce = randomBytes(16).toString('hex');
  if (reply.hasHeader('content-security-policy')) reply.header('content-security-policy', policyWith(nonce));
  return nonce;
}
