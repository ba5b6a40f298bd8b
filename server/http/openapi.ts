import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problem } from '../../shared/api/common.ts';
import type { Config } from '../config.ts';
import { anyone } from '../http-kit/access.ts';
import { openToAnyone } from './require-access.ts';

/** `/openapi.json` (OpenAPI 3.1, from the same schemas that check requests) and a page to read it at `/docs`. */
export async function registerDocs(app: FastifyInstance, config: Config): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Carrel',
        version: config.version,
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
  app.route({
    method: 'GET',
    url: '/openapi.json',
    config: { access: anyone() },
    schema: { hide: true },
    handler: async (_request, reply) =>
      reply.type('application/json; charset=utf-8').serializer(JSON.stringify).send(app.swagger()),
  });
  await app.register(async (docs) => {
    openToAnyone(docs);
    // This page shows nothing of anybody's, and its library writes inline styles.
    docs.addHook('onSend', async (_request, reply, payload) => {
      const policy = String(reply.getHeader('content-security-policy') ?? '');
      if (policy)
        reply.header('content-security-policy', policy.replace(/style-src [^;]*/, "style-src 'self' 'unsafe-inline'"));
      return payload;
    });
    await docs.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: false,
      theme: {
        title: 'Carrel: the API',
        css: [{ filename: 'carrel.css', content: '.swagger-ui .topbar { display: none !important; }' }],
      },
      uiConfig: { docExpansion: 'list', deepLinking: true },
    });
  });
}
