import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { cookieValues, flowCookieName, flowSetCookie } from './cookies.ts';
import type { createSessionCookies } from './session-cookies.ts';

export type FlowCookie = ReturnType<typeof createFlowCookie>;

/** The cookie of a browser that is sent elsewhere to sign in, for as long as one may take there. */
export function createFlowCookie(
  config: Config,
  { secureFor }: Pick<ReturnType<typeof createSessionCookies>, 'secureFor'>,
  flowMs: number,
) {
  return {
    /** Undefined too where there is more than one: somebody planted one. */
    read(request: FastifyRequest): string | undefined {
      const [browser, ...others] = cookieValues(request.headers.cookie, flowCookieName(config, secureFor(request)));
      return others.length === 0 ? browser : undefined;
    },
    write(request: FastifyRequest, reply: FastifyReply, browser: string): void {
      const cookie = { value: browser, maxAgeSeconds: flowMs / 1_000 };
      reply.header('set-cookie', flowSetCookie(config, secureFor(request), cookie));
      reply.header('cache-control', 'no-store');
    },
  };
}
