import { idParams } from '../../../shared/api/common.ts';
import { prompt, promptBody, promptPatch, promptQuery, prompts as promptPage } from '../../../shared/api/prompts.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { PromptService } from './service.ts';

const access = member('chat');

export const promptRoutes = (prompts: PromptService): Route[] => [
  route({
    method: 'GET',
    url: '/api/prompts',
    access,
    summary: 'One’s prompts and those that are shared with everyone; `q` searches commands and titles',
    query: promptQuery,
    reply: promptPage,
    handle: ({ actor, query }) => prompts.list(actor, query),
  }),
  route({
    method: 'POST',
    url: '/api/prompts',
    access,
    summary: 'Keep a prompt; only an admin shares one with everyone',
    body: promptBody,
    reply: prompt,
    status: 201,
    handle: ({ actor, body }) => prompts.create(actor, body),
  }),
  route({
    method: 'GET',
    url: '/api/prompts/:id',
    access,
    summary: 'One prompt',
    params: idParams,
    reply: prompt,
    handle: ({ actor, params }) => prompts.get(actor, params.id),
  }),
  ...(['PUT', 'PATCH'] as const).map((method) =>
    route({
      method,
      url: '/api/prompts/:id',
      access,
      summary: 'Change a prompt',
      params: idParams,
      body: promptPatch,
      reply: prompt,
      handle: ({ actor, params, body }) => prompts.change(actor, params.id, body),
    }),
  ),
  route({
    method: 'DELETE',
    url: '/api/prompts/:id',
    access,
    summary: 'Delete a prompt',
    params: idParams,
    handle: ({ actor, params }) => prompts.remove(actor, params.id),
  }),
];
