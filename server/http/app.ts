import cors, { type FastifyCorsOptions } from '@fastify/cors';
import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Config } from '../config.ts';
import { checkHost } from '../http-kit/origin-guard.ts';
import { registerRoutes, type Door } from '../http-kit/register.ts';
import type { Route } from '../http-kit/route.ts';
import { newId } from '../lib/ids.ts';
import { answerProblems } from './answers.ts';
import { compressAnswers } from './compress.ts';
import { registerLogging } from './access-log.ts';
import { registerDocs } from './openapi.ts';
import { lockOrigin } from './origin-lock.ts';
import { endRevokedStreams } from './live-streams.ts';
import { serveAssets, type Page } from './page.ts';
import { readClaims } from './trusted-header.ts';
import { requireAccess } from './require-access.ts';
import type { Revocations } from './revocations.ts';
import { registerSecurityHeaders } from './security-headers.ts';
import { serveSockets, type SocketDeps } from './sockets.ts';

export type AppOptions = {
  config: Config;
  logger: FastifyBaseLogger;
  routes: readonly Route[];
  door: Door;
  /** Ends streams whose session was revoked. */
  revocations: Revocations;
  sockets: Pick<SocketDeps, 'sockets' | 'byToken'>;
  /** The built page and the folder of its files; null serves none. */
  page: (Page & { dir: string }) | null;
};

const wellFormedRequestId = /^[A-Za-z0-9._-]{1,128}$/;

/** Headers of a request must be there after 15 s, a whole request after 10 min (uploads on slow lines). */
const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 600_000;

/** The HTTP application: everything in front of the routes, then the routes, then the page. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { config, logger, routes, door, revocations, page } = options;
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    bodyLimit: config.limits.bodyBytes,
    trustProxy: config.trustedProxies.length ? [...config.trustedProxies] : false,
    requestIdHeader: false,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && wellFormedRequestId.test(given) ? given : newId();
    },
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: 72_000,
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: 5_000,
      // Any other protocol is not spoken here: such a request is answered as an ordinary one.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    },
    routerOptions: { maxParamLength: 300 },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('actor', null);
  app.decorateRequest('directory', null);
  requireAccess(app);
  answerProblems(app, page);
  registerLogging(app, config);
  registerSecurityHeaders(app, config);
  lockOrigin(app, config);
  readClaims(app, config);
  app.addHook('onRequest', ({ headers }, _reply, done) => {
    checkHost(headers.host, config);
    done();
  });
  if (config.corsOrigins.length) await app.register(cors, corsOptions(config));
  compressAnswers(app);
  await app.register(multipart, {
    limits: { files: 1, fileSize: config.limits.uploadBytes, fields: 10, fieldSize: 10_000 },
  });
  await app.register(formbody, { bodyLimit: 10_000 });
  registerDocs(app, { version: config.version, routes });
  endRevokedStreams(app, revocations, door.identify);
  app.addHook('onClose', async () => revocations.close());
  serveSockets(app, { ...options.sockets, config, door });
  registerRoutes(app, routes, door);
  if (page) await serveAssets(app, page.dir);
  return app;
}

const corsOptions = ({ corsOrigins }: Config): FastifyCorsOptions => ({
  origin: [...corsOrigins],
  credentials: true,
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  exposedHeaders: ['x-request-id', 'retry-after', 'ratelimit', 'ratelimit-policy'],
  maxAge: 600,
});
