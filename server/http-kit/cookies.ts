import { createHmac } from 'node:crypto';
import type { Config } from '../config.ts';

type CookieConfig = Pick<Config, 'publicUrl' | 'secrets'> & { auth: Pick<Config['auth'], 'secure' | 'sameSite'> };

/** Whether cookies are for HTTPS alone: as configured, else when PUBLIC_URL or a trusted proxy (through `protocol`) says so. */
export const isSecure = (config: CookieConfig, protocol: string): boolean =>
  config.auth.secure === 'auto' ? config.publicUrl.protocol === 'https:' || protocol === 'https' : config.auth.secure;

/**
 * The session cookie's name. On HTTPS the `__Host-` prefix (RFC 6265bis) keeps subdomains from planting one. Plain HTTP has no such
 * guard and all ports of a host share their cookies, so there the name carries a mark of the instance.
 */
export const sessionCookieName = (config: CookieConfig, secure: boolean): string =>
  secure ? '__Host-carrel_session' : `carrel_session_${instanceMark(config)}`;

/** The refresh cookie's name. It has a path of its own, which the `__Host-` prefix forbids. */
export const refreshCookieName = (config: CookieConfig, secure: boolean): string =>
  secure ? '__Secure-carrel_refresh' : `carrel_refresh_${instanceMark(config)}`;

/** Asked for with every request, so each key's is worked out once. */
const marks = new WeakMap<Buffer, string>();

function instanceMark({ secrets: { secretKey } }: CookieConfig): string {
  const known = marks.get(secretKey);
  if (known) return known;
  const mark = createHmac('sha256', secretKey).update('cookie name').digest('hex').slice(0, 8);
  marks.set(secretKey, mark);
  return mark;
}

/** Every value that a Cookie header gives for a name, in order: more than one means that somebody planted one. */
export function cookieValues(header: string | undefined, name: string): string[] {
  if (!header) return [];
  return header.split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
}

export type SessionCookie = {
  value: string;
  /** Null lives as long as the browser runs; 0 removes the cookie. */
  maxAgeSeconds: number | null;
};

/** The Set-Cookie header of the refresh token: sent to `/api/auth` alone, and never on the way from another site. */
export const refreshSetCookie = (
  config: CookieConfig,
  secure: boolean,
  { value, maxAgeSeconds }: SessionCookie,
): string =>
  [
    `${refreshCookieName(config, secure)}=${value}`,
    'Path=/api/auth',
    'HttpOnly',
    'SameSite=Strict',
    ...(maxAgeSeconds === null ? [] : [`Max-Age=${maxAgeSeconds}`]),
    ...(secure ? ['Secure'] : []),
  ].join('; ');

/** The Set-Cookie header of the session. `value` must need no quoting (base64url). */
export function sessionSetCookie(
  config: CookieConfig,
  secure: boolean,
  { value, maxAgeSeconds }: SessionCookie,
): string {
  const { sameSite } = config.auth;
  return [
    `${sessionCookieName(config, secure)}=${value}`,
    'Path=/',
    'HttpOnly',
    `SameSite=${sameSite[0]?.toUpperCase()}${sameSite.slice(1)}`,
    ...(maxAgeSeconds === null ? [] : [`Max-Age=${maxAgeSeconds}`]),
    ...(secure ? ['Secure'] : []),
  ].join('; ');
}

/** The cookie of a browser that is at a sign-in provider and is to come back. Sent along on the way back from another site. */
export const flowCookieName = (config: CookieConfig, secure: boolean): string =>
  secure ? '__Host-carrel_flow' : `carrel_flow_${instanceMark(config)}`;

export const flowSetCookie = (config: CookieConfig, secure: boolean, { value, maxAgeSeconds }: SessionCookie): string =>
  [
    `${flowCookieName(config, secure)}=${value}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    `Max-Age=${maxAgeSeconds ?? 0}`,
    ...(secure ? ['Secure'] : []),
  ].join('; ');
