import type { FastifyInstance, RouteOptions } from 'fastify';
import { anyone } from '../http-kit/access.ts';

/** Refuses to start with a route that does not say who may call it, whoever registered it. */
export function requireAccess(app: FastifyInstance): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => void routes.push(route));
  app.addHook('onReady', async () => {
    for (const { method, url, config } of routes) {
      // CORS answers preflights by itself; HEAD follows the GET that it was made from.
      if (config?.access || method === 'OPTIONS' || method === 'HEAD') continue;
      throw new Error(`${String(method)} ${url} does not say who may call it.`);
    }
  });
}

/** Gives what a plugin registers to anyone: pages and files that hold nothing of anybody. */
export function openToAnyone(plugin: FastifyInstance): void {
  plugin.addHook('onRoute', (route) => {
    route.config = { ...route.config, access: anyone() };
  });
}
