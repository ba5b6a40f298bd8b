import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { Config } from '../config.ts';
import { AppError } from '../lib/errors.ts';

type GuardConfig = Pick<Config, 'allowedHosts' | 'ownOrigins' | 'corsOrigins'>;

/** How the request was addressed (`host` as in the Host header, `protocol` of the URL), as far as trusted proxies are believed. */
type Addressed = { host: string | undefined; protocol: string };

const unsafeMethods = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Whether a method may change something (RFC 9110, 9.2.1). */
export const isUnsafe = (method: string): boolean => unsafeMethods.has(method);

/** The host name of a Host header: lower case, no port, no brackets, no final dot. */
function hostnameOf(host: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d*)?$/.exec(host);
  return (bracketed?.[1] ?? host.replace(/:\d*$/, '')).toLowerCase().replace(/\.$/, '');
}

function isAllowedHost(host: string, config: Pick<Config, 'allowedHosts'>): boolean {
  const name = hostnameOf(host);
  if (name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0) return true;
  return config.allowedHosts.some((allowed) => hostnameOf(allowed) === name);
}

/**
 * Refuses a Host that is not ours: a page whose name was pointed at this machine (DNS rebinding) is stopped here.
 * A request without Host (HTTP/1.0, health checks) passes, no browser makes one.
 */
export function checkHost(host: string | undefined, config: Pick<Config, 'allowedHosts'>): void {
  if (!host || isAllowedHost(host, config)) return;
  throw new AppError('FORBIDDEN', {
    message: 'This server does not answer to that host name.',
    detail:
      'If the name is right, set PUBLIC_URL to the address that people use, or add the name to ALLOWED_HOSTS, and restart.',
  });
}

/**
 * Origin and Fetch Metadata: whether a page that is not ours made this request. For unsafe methods and sockets, unless a valid bearer
 * or key came with it. What sends neither header is no browser and passes.
 */
export function checkOrigin(headers: IncomingHttpHeaders, at: Addressed, config: GuardConfig): void {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  const listed = origin !== undefined && (config.ownOrigins.includes(origin) || config.corsOrigins.includes(origin));
  // From another site only an origin that is listed by name; "none" is the person's own doing (address bar, bookmark).
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !listed) throw refused();
  if (origin === undefined || listed) return;
  if (!isSameHost(origin, at, config)) throw refused();
}

/** Whether an origin names the host and port that the request was sent to, where that host is one of ours. "null" never does. */
function isSameHost(origin: string, at: Addressed, config: GuardConfig): boolean {
  if (!at.host || !isAllowedHost(at.host, config) || !URL.canParse(origin)) return false;
  const { protocol, host } = new URL(origin);
  // A page that came over plain HTTP could be anybody's on the way, so it may not speak to its HTTPS twin.
  const encrypted = at.protocol === 'https' || config.ownOrigins.includes(`https://${host}`);
  if (protocol !== 'https:' && (protocol !== 'http:' || encrypted)) return false;
  const target = `${protocol}//${at.host}`;
  return URL.canParse(target) && new URL(target).host === host;
}

const refused = (): AppError =>
  new AppError('CSRF_INVALID', {
    message: 'This request came from another page and was not carried out.',
    detail: 'If that page is meant to work with this server, add its origin to CORS_ORIGINS.',
  });
