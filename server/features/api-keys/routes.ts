import * as schema from '../../../shared/api/api-keys.ts';
import { id, idParams, pageQuery } from '../../../shared/api/common.ts';
import { anyone, signedIn } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import { AppError } from '../../lib/errors.ts';
import { apiKeyIn } from './credential.ts';
import type { ApiKeyService } from './service.ts';

/** A person's API keys. `signedIn` takes no key: what a leaked key could make would outlive it. */
export const apiKeyRoutes = (keys: ApiKeyService): Route[] => [
  route({
    method: 'GET',
    url: '/api/auth/api-keys',
    access: signedIn(),
    summary: 'My API keys, newest first',
    query: pageQuery.extend({ cursor: id.optional() }),
    reply: schema.apiKeys,
    handle: ({ actor, query }) => keys.list(actor, query),
  }),
  route({
    method: 'POST',
    url: '/api/auth/api-keys',
    access: signedIn('api_keys'),
    summary: 'Make an API key; the answer shows it, and nothing shows it again',
    body: schema.createApiKeyBody,
    reply: schema.newApiKey,
    status: 201,
    handle: ({ actor, body, reply }) => {
      reply.header('cache-control', 'no-store');
      return keys.create(actor, body);
    },
  }),
  route({
    method: 'POST',
    url: '/api/auth/api-keys/:id/rotate',
    access: signedIn('api_keys'),
    summary: 'A new key in place of this one, which lives on for the grace (an hour by default)',
    params: idParams,
    body: schema.rotateApiKeyBody,
    reply: schema.newApiKey,
    handle: ({ actor, params, body, reply }) => {
      reply.header('cache-control', 'no-store');
      return keys.rotate(actor, params.id, body?.grace_seconds);
    },
  }),
  route({
    method: 'DELETE',
    url: '/api/auth/api-keys/:id',
    access: signedIn(),
    summary: 'End an API key at once',
    params: idParams,
    handle: ({ actor, params }) => keys.remove(actor, params.id),
  }),
  route({
    method: 'POST',
    url: '/api/auth/verify',
    access: anyone(),
    summary: 'Whether an API key, in a header or the body, is valid, and whose it is',
    body: schema.verifyApiKeyBody,
    reply: schema.verifiedApiKey,
    handle: ({ body, request, reply }) => {
      reply.header('cache-control', 'no-store');
      return keys.verify(oneKey(headerKey(request.raw), body?.api_key));
    },
  }),
];

/** A doubled header is not a valid key; here that is an answer and no refusal. */
function headerKey(raw: Parameters<typeof apiKeyIn>[0]): string | null | undefined {
  try {
    return apiKeyIn(raw) ?? undefined;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** The key that was sent, in one place or the same in both; null where none was, or two. */
function oneKey(header: string | null | undefined, body: string | undefined): string | null {
  if (header === null || (header !== undefined && body !== undefined && header !== body)) return null;
  return header ?? body ?? null;
}
