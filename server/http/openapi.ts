import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problem } from '../../shared/api/common.ts';
import { anyone } from '../http-kit/access.ts';
import { schemaOf } from '../http-kit/register.ts';
import type { Route } from '../http-kit/route.ts';

type Described = { version: string; routes: readonly Route[] };

/**
 * `/openapi.json` (OpenAPI 3.1, from the same schemas that check requests) and a page to read it at `/docs`. Both are made,
 * and their libraries loaded, when somebody asks for the first time: most servers are never asked.
 */
export function registerDocs(app: FastifyInstance, described: Described): void {
  let made: Promise<FastifyInstance> | undefined;
  const answer = async ({ url }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    made ??= makeDocs(described);
    const { statusCode, headers, rawPayload } = await (await made).inject({ url });
    for (const name of ['content-type', 'location'] as const)
      if (headers[name] !== undefined) reply.header(name, headers[name]);
    return reply.code(statusCode).send(rawPayload);
  };
  const route = { method: 'GET', config: { access: anyone() }, schema: { hide: true }, handler: answer } as const;
  app.route({ ...route, url: '/openapi.json' });
  for (const url of ['/docs', '/docs/*']) app.route({ ...route, url, onSend: allowInlineStyles });
}

/** This page shows nothing of anybody's, and its library writes inline styles. */
async function allowInlineStyles(_request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const policy = String(reply.getHeader('content-security-policy') ?? '');
  if (policy)
    reply.header('content-security-policy', policy.replace(/style-src [^;]*/, "style-src 'self' 'unsafe-inline'"));
  return payload;
}

/** An application of its own, with the same routes and nothing behind them. */
async function makeDocs({ version, routes }: Described): Promise<FastifyInstance> {
  const [{ default: swagger }, { default: swaggerUi }] = await Promise.all([
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
  ]);
  const app = Fastify({ routerOptions: { maxParamLength: 300 } });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Carrel',
        version,
        description: 'Errors are problem documents (RFC 9457) with a stable `code`.',
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          api_key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
          session: { type: 'apiKey', in: 'cookie', name: 'carrel_session' },
        },
        schemas: { Problem: z.toJSONSchema(problem, { target: 'openapi-3.0' }) as never },
      },
    },
    transform: (input) => {
      const { schema, url } = jsonSchemaTransform(input);
      const access = input.route.config?.access;
      return {
        url,
        schema: {
          ...schema,
          ...(access &&
            access.who !== 'anyone' && {
              security: [{ bearer: [] }, { session: [] }, ...('scope' in access ? [{ api_key: [] }] : [])],
            }),
          'x-access': access && ('scope' in access ? `${access.who}:${access.scope}` : access.who),
        } as typeof schema,
      };
    },
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: false,
    theme: {
      title: 'Carrel: the API',
      css: [{ filename: 'carrel.css', content: '.swagger-ui .topbar { display: none !important; }' }],
    },
    uiConfig: { docExpansion: 'list', deepLinking: true },
  });
  for (const route of routes)
    app.route({
      method: route.method,
      url: route.url,
      config: { access: route.access },
      schema: schemaOf(route),
      handler: () => undefined,
    });
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').serializer(JSON.stringify).send(app.swagger()),
  );
  return app;
}
