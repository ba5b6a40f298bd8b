import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { clientOf, type Client } from './client.ts';
import {
  cookieValues,
  isSecure,
  refreshCookieName,
  refreshSetCookie,
  sessionCookieName,
  sessionSetCookie,
  type SessionCookie,
} from './cookies.ts';

type CookieConfig = Parameters<typeof isSecure>[0];

/** The cookies of a sign-in, read from requests and set on answers: for every way in alike. */
export function createSessionCookies(config: CookieConfig & Pick<Config, 'secrets'>) {
  const secureFor = ({ protocol }: FastifyRequest): boolean => isSecure(config, protocol);

  function read(request: FastifyRequest): { session: string | undefined; refresh: string | undefined } {
    const [{ cookie }, secure] = [request.headers, secureFor(request)];
    const [refresh, ...others] = cookieValues(cookie, refreshCookieName(config, secure));
    // As with the session: more than one means that somebody planted one.
    return {
      session: cookieValues(cookie, sessionCookieName(config, secure))[0],
      refresh: others.length ? undefined : refresh || undefined,
    };
  }

  return {
    secureFor,
    read,

    /** Where a sign-in comes from, and what it replaces. */
    originOf: (request: FastifyRequest): { client: Client; replaces: ReturnType<typeof read> } => ({
      client: clientOf(request),
      replaces: read(request),
    }),

    /** Sets the cookies of a fresh sign-in; gives back what is answered. */
    answer<T>(
      request: FastifyRequest,
      reply: FastifyReply,
      signIn: { answer: T; cookie: SessionCookie | null; refreshCookie: SessionCookie | null },
    ): T {
      const secure = secureFor(request);
      reply.header('set-cookie', [
        ...(signIn.cookie ? [sessionSetCookie(config, secure, signIn.cookie)] : []),
        ...(signIn.refreshCookie ? [refreshSetCookie(config, secure, signIn.refreshCookie)] : []),
      ]);
      reply.header('cache-control', 'no-store');
      return signIn.answer;
    },

    forget(request: FastifyRequest, reply: FastifyReply): void {
      const [secure, gone] = [secureFor(request), { value: '', maxAgeSeconds: 0 }];
      reply.header('set-cookie', [sessionSetCookie(config, secure, gone), refreshSetCookie(config, secure, gone)]);
    },
  };
}
export type SessionCookies = ReturnType<typeof createSessionCookies>;
