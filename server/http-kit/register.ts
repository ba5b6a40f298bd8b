import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { z } from 'zod';
import type { Permission } from '../../shared/permissions.ts';
import { AppError } from '../lib/errors.ts';
import { inRequest, type RequestContext } from '../lib/request-context.ts';
import { checkAccess, checkPermission, type Access } from './access.ts';
import type { Actor } from './actor.ts';
import { clientOf } from './client.ts';
import { isUnsafe } from './origin-guard.ts';
import type { RouteLimit } from './rate-limit.ts';
import { noBody, type Call, type ProblemShape, type Route } from './route.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route; the application refuses to start with a route that does not say. */
    access?: Access;
    limit?: RouteLimit;
    keepsBytes?: boolean;
    problem?: ProblemShape;
  }
  interface FastifyRequest {
    actor: Actor | null;
    /** The JSON body as it came, on routes that keep it. */
    bytes: Buffer | null;
    /** The name of the directory's token that came with it; null for people. */
    directory: string | null;
  }
}

export type Door = {
  /** Who is asking; throws when a credential is there and is not valid. A sign-in that comes of it sets its cookies on the reply. */
  identify(request: FastifyRequest, reply?: FastifyReply): Promise<Actor | null>;
  /** The name of the directory's token behind the request. Throws AUTH_REQUIRED. */
  directory(request: FastifyRequest): Promise<string>;
  /** Counts the call, tells in the answer's headers what is left, and throws RATE_LIMITED past the limit. Null counts for the network. */
  count(request: FastifyRequest, reply: FastifyReply, limit: RouteLimit, actor: Actor | null): Promise<void>;
  /** What a member may do; asked at each request that needs any of it. */
  permitted(userId: string): Promise<ReadonlySet<Permission>>;
  /** Origin, Fetch Metadata and CSRF token: whether an unsafe request was meant by the person whose credential it carries. */
  checkIntent(request: FastifyRequest, actor: Actor | null): void;
};

/** Puts routes behind the door: authenticate → Origin and CSRF → count → role, scope and permission, all before a body is read; then Zod; then the handler. */
export function registerRoutes(app: FastifyInstance, routes: readonly Route[], door: Door): void {
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.url,
      config: {
        access: route.access,
        limit: route.limit ?? 'general',
        keepsBytes: route.keepsBytes === true,
        ...(route.problem && { problem: route.problem }),
      },
      ...(route.bodyLimit !== undefined && { bodyLimit: route.bodyLimit }),
      onRequest: guard(route, door),
      ...(route.body instanceof z.ZodObject && { preValidation: bodyOfNone }),
      schema: schemaOf(route),
      handler: async (request, reply) => {
        const call = {
          actor: request.actor,
          body: request.body,
          query: request.query,
          params: request.params,
          request,
          reply,
        } as Call<Access, undefined, undefined, undefined>;
        const answer = await inRequest(contextOf(request), () => route.handle(call));
        if (reply.sent || route.reply === 'raw') return answer ?? reply;
        reply.code(route.status ?? (route.reply ? 200 : 204));
        return route.reply ? answer : reply.send();
      },
    });
  }
}

const contextOf = (request: FastifyRequest): RequestContext => {
  const { ip, userAgent, acceptLanguage } = clientOf(request);
  return {
    requestId: request.id,
    ip,
    userAgent,
    acceptLanguage,
    actorId: request.actor?.userId ?? null,
    directory: request.directory,
  };
};

/** No body is one without fields, so that what is missing is named, and a route that needs none takes none. */
const bodyOfNone = (request: FastifyRequest, _reply: FastifyReply, done: () => void) => {
  if (request.body === undefined) request.body = {};
  done();
};

/** Content types by what a route takes. No other reaches a parser: a form posted by another site is never read as JSON. */
const contentTypes: Record<NonNullable<Route['accepts']>, RegExp> = {
  json: /^application\/json\b/i,
  'json+form': /^application\/(json|x-www-form-urlencoded)\b/i,
  'json+zip': /^application\/(json|zip)\b/i,
  scim: /^application\/(scim\+)?json\b/i,
  multipart: /^multipart\/form-data\b/i,
};

const guard =
  ({ access, accepts = 'json', limit = 'general' }: Route, door: Door) =>
  async (request: FastifyRequest, reply: FastifyReply) => {
    let actor: Actor | null = null;
    try {
      if (access.who === 'directory') request.directory = await door.directory(request);
      else if (access.who !== 'anyone') actor = await door.identify(request, reply);
    } catch (error) {
      // Whoever tries credentials is counted too.
      await door.count(request, reply, limit, null);
      throw error;
    }
    request.actor = actor;
    // Before it counts: another site's page is not to use up what its visitor has left.
    if (isUnsafe(request.method)) door.checkIntent(request, actor);
    await door.count(request, reply, limit, actor);
    if (access.who !== 'anyone' && access.who !== 'directory') {
      checkAccess(access, actor);
      if (actor.role !== 'admin') await checkPermission(access, actor, door.permitted);
    }
    const type = request.headers['content-type'];
    if (type !== undefined && isUnsafe(request.method) && !contentTypes[accepts].test(type)) {
      throw new AppError('UNSUPPORTED_MEDIA_TYPE');
    }
  };

/** What the route takes and gives, for checking and for the API's description. */
export function schemaOf(route: Route): NonNullable<RouteShorthandOptions['schema']> {
  const takesBody = isUnsafe(route.method) && route.accepts !== 'multipart';
  return {
    summary: route.summary,
    tags: [tagOf(route.url)],
    ...(takesBody && { body: route.body ?? noBody }),
    ...(route.accepts === 'multipart' && { consumes: ['multipart/form-data'] }),
    ...(route.accepts === 'json+zip' && { consumes: ['application/json', 'application/zip'] }),
    ...(route.query && { querystring: route.query }),
    ...(route.params && { params: route.params }),
    ...(route.reply instanceof z.ZodType && { response: { [route.status ?? 200]: route.reply } }),
  };
}

/** Routes of one thing stand together on the API's page; what is asked of the instance itself is its system. */
function tagOf(url: string): string {
  const [, root, name = ''] = url.split('/');
  if (root === 'v1' || root === 'ollama') return `/${root}`;
  return root !== 'api' || name === 'version' || name === 'config' ? 'system' : name;
}
