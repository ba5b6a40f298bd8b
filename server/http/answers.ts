import type { FastifyInstance } from 'fastify';
import { AppError } from '../lib/errors.ts';
import type { Page } from './page.ts';
import { foreignError, protocolOf } from '../http-kit/foreign-errors.ts';
import { problemOf, toAppError } from '../http-kit/problem.ts';

/** Whether an object's prototype may be named in it. The names alone are looked at: texts may be long, and say what they like. */
function mayNamePrototype(value: unknown): boolean {
  // Without recursion: what is sent may be nested as deep as it is long.
  const left = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one !== 'object' || one === null) continue;
    if (!Array.isArray(one) && (Object.hasOwn(one, '__proto__') || Object.hasOwn(one, 'constructor'))) return true;
    for (const inner of Object.values(one)) if (typeof inner === 'object' && inner !== null) left.push(inner);
  }
  return false;
}

/** Undefined where it is no JSON. */
function valueOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Request ids on every answer, one problem shape for every error, 404 and 405; at the doors for other clients, theirs. An empty JSON body counts as none. */
export function answerProblems(app: FastifyInstance, page: Page | null): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });

  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.decorateRequest('bytes', null);
  app.addContentTypeParser(
    ['application/json', 'application/scim+json'],
    { parseAs: 'buffer' },
    (request, body, done) => {
      if (request.routeOptions.config.keepsBytes) request.bytes = body as Buffer;
      if (body.length === 0) return done(null, undefined);
      const json = body.toString();
      const value = valueOf(json);
      if (value === undefined || mayNamePrototype(value)) void parseJson(request, json, done);
      else done(null, value);
    },
  );

  // Routes that take it read it as it comes.
  app.addContentTypeParser('application/zip', (_request, _payload, done) => done(null, {}));

  app.setErrorHandler((thrown, request, reply) => {
    const error = toAppError(thrown);
    if (error.status >= 500) request.log.error({ err: error.cause ?? error, code: error.code }, 'request failed');
    const retryAfter = error.details?.retry_after;
    if (retryAfter !== undefined) reply.header('retry-after', Math.ceil(retryAfter));
    const protocol = protocolOf(request);
    if (protocol !== null) {
      const { status, headers, body } = foreignError(protocol, error, request.id);
      return reply.code(status).headers(headers).type('application/json').serializer(JSON.stringify).send(body);
    }
    const { problem } = request.routeOptions.config;
    const { status, type, body } = problem?.(thrown, error) ?? {
      status: error.status,
      type: 'application/problem+json',
      body: problemOf(error, request.id),
    };
    return reply.code(status).type(type).serializer(JSON.stringify).send(body);
  });

  app.setNotFoundHandler((request, reply) => {
    if (page?.wanted(request)) return page.send(reply);
    const url = request.url.split('?')[0] ?? '/';
    const others = methods.filter((method) => method !== request.method && app.findRoute({ method, url }) !== null);
    if (others.length === 0) throw new AppError('NOT_FOUND');
    reply.header('allow', others.join(', '));
    throw new AppError('METHOD_NOT_ALLOWED');
  });
}
