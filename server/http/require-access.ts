import type { FastifyInstance, RouteOptions } from 'fastify';
import { anyone, type Access } from '../http-kit/access.ts';
import type { RouteLimit } from '../http-kit/rate-limit.ts';

/** A route as it was registered. `hidden`: not part of the API's description. */
export type RegisteredRoute = { method: string; url: string; access: Access; limit: RouteLimit; hidden: boolean };

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route there is, once the application is ready. */
    registeredRoutes(): RegisteredRoute[];
  }
}

/** Refuses to start with a route that does not say who may call it, whoever registered it. */
export function requireAccess(app: FastifyInstance): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => void routes.push(route));
  app.decorate('registeredRoutes', () => routes.flatMap(registered));
  app.addHook('onReady', async () => {
    for (const { method, url, config } of routes) {
      // CORS answers preflights by itself; HEAD follows the GET that it was made from.
      if (config?.access || method === 'OPTIONS' || method === 'HEAD') continue;
      throw new Error(`${String(method)} ${url} does not say who may call it.`);
    }
  });
}

const registered = ({ method, url, config, schema }: RouteOptions): RegisteredRoute[] =>
  [method].flat().flatMap((name) => {
    if (!config?.access || name === 'OPTIONS' || name === 'HEAD') return [];
    const { access, limit = 'none' } = config;
    return [{ method: name, url, access, limit, hidden: schema?.hide === true }];
  });

/** Gives what a plugin registers to anyone: pages and files that hold nothing of anybody. */
export function openToAnyone(plugin: FastifyInstance): void {
  plugin.addHook('onRoute', (route) => {
    route.config = { ...route.config, access: anyone() };
  });
}
