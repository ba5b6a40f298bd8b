import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { root } from '../lib/root.ts';
import { openToAnyone } from './require-access.ts';
import { nonceFor } from './security-headers.ts';

const NONCE = '__CSP_NONCE__';
/** In its place `index.html` reads whether a session's cookie came: what only its owner gets is asked for ahead then. */
const SIGNED_IN = '__SIGNED_IN__';
const sessionCookie = /(?:^|;)\s*(?:__Host-)?carrel_session/;

/** `cookiesSpeak`: whether the server looks at session cookies. */
type PageOptions = { cookiesSpeak: boolean };

export type Page = {
  /** Whether this request asks for a page rather than for data: then an unknown address is the browser's router's. */
  wanted(request: FastifyRequest): boolean;
  send(reply: FastifyReply): FastifyReply;
};

/** The page as it was built; null before its first build. */
export function builtPage(options: PageOptions): (Page & { dir: string }) | null {
  const dir = join(root, 'web', 'dist');
  return existsSync(join(dir, 'index.html')) ? { ...loadPage(dir, options), dir } : null;
}

/** `index.html` of the built single-page application, with a fresh nonce each time. */
export function loadPage(pageDir: string, { cookiesSpeak }: PageOptions): Page {
  const html = readFileSync(join(pageDir, 'index.html'), 'utf8');
  const comesBack = ({ headers }: FastifyRequest): string =>
    cookiesSpeak && sessionCookie.test(headers.cookie ?? '') ? 'yes' : 'no';
  return {
    wanted: ({ method, url, headers }) =>
      (method === 'GET' || method === 'HEAD') &&
      (headers.accept ?? '').includes('text/html') &&
      !/^\/(api|v1|ollama|scim|oauth|assets|ws|\.well-known)(\/|$)/.test(url),
    send: (reply) =>
      reply
        .code(200)
        .header('cache-control', 'no-cache')
        // Links that people share are for those who have them.
        .headers(reply.request.url.startsWith('/share/') ? { 'x-robots-tag': 'noindex, nofollow' } : {})
        .type('text/html; charset=utf-8')
        .send(html.replace(SIGNED_IN, comesBack(reply.request)).replaceAll(NONCE, nonceFor(reply))),
  };
}

/** The page's own files: hashed assets for ever, the rest for an hour. */
export async function serveAssets(app: FastifyInstance, pageDir: string): Promise<void> {
  await app.register(async (assets) => {
    openToAnyone(assets);
    await assets.register(fastifyStatic, {
      root: join(pageDir, 'assets'),
      prefix: '/assets/',
      index: false,
      immutable: true,
      preCompressed: true,
      maxAge: '365d',
    });
    await assets.register(fastifyStatic, {
      root: pageDir,
      prefix: '/',
      wildcard: false,
      index: false,
      decorateReply: false,
      maxAge: '1h',
      globIgnore: ['index.html', 'assets/**', '.*'],
    });
  });
}
