import type { FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import type { Authenticated } from '../features/auth/sessions.ts';
import { isLocal } from '../http-kit/client.ts';

type Authenticate = (request: FastifyRequest) => Promise<Authenticated | null>;

/**
 * Where nobody signs in (WEBUI_AUTH=false), whoever comes without a bearer or key from this very machine is the one user; cookies from times
 * with sign-in are not looked at. What was passed on by a proxy or tunnel comes from elsewhere, unless that was asked for.
 */
export function withSingleUser(
  authenticate: Authenticate,
  singleUser: () => Promise<Authenticated>,
  { enabled, forced }: Pick<Config['auth'], 'enabled' | 'forced'>,
): Authenticate {
  if (enabled) return authenticate;
  return async (request) => {
    const { authorization = '', 'x-api-key': key } = request.headers;
    if (key !== undefined || /^\s*bearer\b/i.test(authorization)) return authenticate(request);
    return forced || isLocal(request) ? singleUser() : null;
  };
}

/** Whether a request needs the token against forgery: where nobody signs in, only browsers do; programs have nothing to get it from. */
export const needsCsrfToken = ({ headers }: FastifyRequest, { enabled }: Pick<Config['auth'], 'enabled'>): boolean =>
  enabled || headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
