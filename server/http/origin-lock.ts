import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { AppError } from '../lib/errors.ts';

type Carrier = Pick<IncomingMessage, 'headers' | 'rawHeaders'>;

/** Hashing first makes all values equally long, so that comparing tells nothing of the secret. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Lets pass what carries the secret that a tunnel or proxy puts on everything it forwards, for requests and sockets alike. It proves the way
 * that a request took and not who makes it. There is no exemption for this machine: tunnels come from loopback. Takes the header away, so that
 * nothing behind the door can log it or pass it on. Throws ORIGIN_LOCKED.
 */
export function createOriginLock({ header, secret }: NonNullable<Config['originLock']>): (request: Carrier) => void {
  const expected = digest(secret);
  return (request) => {
    const given = take(header, request);
    const [value = '', ...others] = given;
    // Compared also where it is missing: every refusal takes the same time.
    const isRight = timingSafeEqual(digest(value), expected);
    if (!isRight || given.length === 0 || others.length > 0) throw new AppError('ORIGIN_LOCKED');
  };
}

/** A header's values one by one, removed from the request. */
function take(name: string, { headers, rawHeaders }: Carrier): string[] {
  const values: string[] = [];
  for (let at = rawHeaders.length - 2; at >= 0; at -= 2) {
    if (rawHeaders[at]?.toLowerCase() !== name) continue;
    const [, value = ''] = rawHeaders.splice(at, 2);
    values.push(value);
  }
  delete headers[name];
  return values;
}

/** The lock on all that the application answers, addresses that do not exist and the page's files included; `/health` alone is open. */
export function lockOrigin(app: FastifyInstance, { originLock }: Pick<Config, 'originLock'>): void {
  if (!originLock) return;
  const check = createOriginLock(originLock);
  app.addHook('onRequest', async (request) => {
    try {
      check(request.raw);
    } catch (error) {
      if (request.routeOptions.url !== '/health') throw error;
    }
  });
}
