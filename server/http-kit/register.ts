import type { FastifyInstance, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { z } from 'zod';
import { AppError } from '../lib/errors.ts';
import { checkAccess, type Access } from './access.ts';
import type { Actor } from './actor.ts';
import { isUnsafe } from './origin-guard.ts';
import { noBody, type Call, type Route } from './route.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route; the application refuses to start with a route that does not say. */
    access?: Access;
  }
  interface FastifyRequest {
    actor: Actor | null;
  }
}

export type Door = {
  /** Who is asking; throws when a credential is there and is not valid. */
  identify(request: FastifyRequest): Promise<Actor | null>;
  /** Origin, Fetch Metadata and CSRF token: whether an unsafe request was meant by the person whose credential it carries. */
  checkIntent(request: FastifyRequest, actor: Actor | null): void;
};

/** Puts routes behind the door: authenticate → Origin and CSRF → role and scope, all before a body is read; then Zod; then the handler. */
export function registerRoutes(app: FastifyInstance, routes: readonly Route[], door: Door): void {
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.url,
      config: { access: route.access },
      ...(route.bodyLimit !== undefined && { bodyLimit: route.bodyLimit }),
      onRequest: guard(route, door),
      schema: schemaOf(route),
      handler: async (request, reply) => {
        const answer = await route.handle({
          actor: request.actor,
          body: request.body,
          query: request.query,
          params: request.params,
          request,
          reply,
        } as Call<Access, undefined, undefined, undefined>);
        if (reply.sent || route.reply === 'raw') return answer ?? reply;
        reply.code(route.status ?? (route.reply ? 200 : 204));
        return route.reply ? answer : reply.send();
      },
    });
  }
}

/** Content types by what a route takes. No other reaches a parser: a form posted by another site is never read as JSON. */
const contentTypes: Record<NonNullable<Route['accepts']>, RegExp> = {
  json: /^application\/json\b/i,
  'json+form': /^application\/(json|x-www-form-urlencoded)\b/i,
  multipart: /^multipart\/form-data\b/i,
};

const guard =
  ({ access, accepts = 'json' }: Route, door: Door) =>
  async (request: FastifyRequest) => {
    const actor = access.who === 'anyone' ? null : await door.identify(request);
    request.actor = actor;
    if (isUnsafe(request.method)) door.checkIntent(request, actor);
    if (access.who !== 'anyone') checkAccess(access, actor);
    const type = request.headers['content-type'];
    if (type !== undefined && isUnsafe(request.method) && !contentTypes[accepts].test(type)) {
      throw new AppError('UNSUPPORTED_MEDIA_TYPE');
    }
  };

function schemaOf(route: Route): NonNullable<RouteShorthandOptions['schema']> {
  const takesBody = isUnsafe(route.method) && route.accepts !== 'multipart';
  return {
    summary: route.summary,
    tags: [tagOf(route.url)],
    ...(takesBody && { body: route.body ?? noBody }),
    ...(route.accepts === 'multipart' && { consumes: ['multipart/form-data'] }),
    ...(route.query && { querystring: route.query }),
    ...(route.params && { params: route.params }),
    ...(route.reply instanceof z.ZodType && { response: { [route.status ?? 200]: route.reply } }),
  };
}

/** Routes of one thing stand together on the API's page; what is asked of the instance itself is its system. */
function tagOf(url: string): string {
  const [, root, name = ''] = url.split('/');
  return root !== 'api' || name === 'version' || name === 'config' ? 'system' : name;
}
