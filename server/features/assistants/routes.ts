import {
  assistant,
  assistantBody,
  assistantPatch,
  assistantQuery,
  assistants as assistantPage,
  assistantShares,
} from '../../../shared/api/assistants.ts';
import { unshareBody as subjectBody } from '../../../shared/api/collections.ts';
import { idParams } from '../../../shared/api/common.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { AssistantService } from './service.ts';

const access = member('chat');
const one = { url: '/api/assistants/:id', params: idParams } as const;
const sharesOf = { url: '/api/assistants/:id/shares', params: idParams } as const;

export const assistantRoutes = (assistants: AssistantService): Route[] => [
  route({
    method: 'GET',
    url: '/api/assistants',
    access,
    summary: 'One’s assistants and those shared with one, newest first; `q` searches names and descriptions',
    query: assistantQuery,
    reply: assistantPage,
    handle: ({ actor, query }) => assistants.list(actor, query),
  }),
  route({
    method: 'POST',
    url: '/api/assistants',
    access,
    summary: 'Make an assistant; only an admin offers one to everyone',
    body: assistantBody,
    reply: assistant,
    status: 201,
    handle: ({ actor, body }) => assistants.create(actor, body),
  }),
  route({
    ...one,
    method: 'GET',
    access,
    summary: 'One assistant',
    reply: assistant,
    handle: ({ actor, params }) => assistants.get(actor, params.id),
  }),
  ...(['PUT', 'PATCH'] as const).map((method) =>
    route({
      ...one,
      method,
      access,
      summary: 'Change an assistant; what is left out stays',
      body: assistantPatch,
      reply: assistant,
      handle: ({ actor, params, body }) => assistants.change(actor, params.id, body),
    }),
  ),
  route({
    ...one,
    method: 'DELETE',
    access,
    summary: 'Delete an assistant; conversations with it stay',
    handle: ({ actor, params }) => assistants.remove(actor, params.id),
  }),
  route({
    ...sharesOf,
    method: 'GET',
    access,
    summary: 'With whom an assistant is shared',
    reply: assistantShares,
    handle: async ({ actor, params }) => ({ items: await assistants.shares(actor, params.id), next_cursor: null }),
  }),
  route({
    ...sharesOf,
    method: 'PUT',
    access: member('chat', 'assistants.share'),
    summary: 'Share an assistant with a person or a group; its collections and files are not shared with it',
    body: subjectBody,
    handle: ({ actor, params, body }) => assistants.share(actor, params.id, body),
  }),
  route({
    ...sharesOf,
    method: 'DELETE',
    access,
    summary: 'Take a share back, or leave an assistant that is shared with oneself',
    body: subjectBody,
    handle: ({ actor, params, body }) => assistants.unshare(actor, params.id, body),
  }),
];
