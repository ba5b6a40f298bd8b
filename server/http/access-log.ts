import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';

/** One line a request when it has been answered; slow ones as warnings. The query string is people's words and is left out. */
export function registerLogging(app: FastifyInstance, config: Config): void {
  app.addHook('onResponse', (request, reply, done) => {
    const slow = reply.elapsedTime > config.http.slowRequestMs && !isStream(reply.getHeader('content-type'));
    const line = {
      method: request.method,
      path: request.url.split('?')[0],
      status: reply.statusCode,
      duration_ms: Math.round(reply.elapsedTime),
      ip: request.ip,
      ...(request.actor && { user_id: request.actor.userId }),
    };
    if (slow) request.log.warn(line, 'slow request');
    else request.log.info(line, 'request');
    done();
  });
}

const isStream = (contentType: unknown): boolean => String(contentType).startsWith('text/event-stream');
