import { idParams } from '../../../shared/api/common.ts';
import * as schema from '../../../shared/api/memories.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { MemoryService } from './service.ts';

const access = member('chat');

export const memoryRoutes = (memories: MemoryService): Route[] => [
  route({
    method: 'GET',
    url: '/api/memories',
    access,
    summary: 'What is remembered of me, the newest first; `q` searches',
    query: schema.memoryQuery,
    reply: schema.memories,
    handle: ({ actor, query }) => memories.list(actor, query),
  }),
  route({
    method: 'POST',
    url: '/api/memories',
    access,
    summary: 'Remember something of me',
    body: schema.memoryBody,
    reply: schema.memory,
    status: 201,
    handle: ({ actor, body }) => memories.remember(actor, body.content),
  }),
  route({
    method: 'DELETE',
    url: '/api/memories',
    access,
    summary: 'Forget everything that is remembered of me',
    handle: ({ actor }) => memories.removeAll(actor),
  }),
  route({
    method: 'GET',
    url: '/api/memories/settings',
    access,
    summary: 'Whether memories are used, and learned from what I say',
    reply: schema.memorySettings,
    handle: ({ actor }) => memories.settings(actor),
  }),
  route({
    method: 'PATCH',
    url: '/api/memories/settings',
    access,
    summary: 'Switch memories, or learning, on and off',
    body: schema.memorySettingsPatch,
    reply: schema.memorySettings,
    handle: ({ actor, body }) => memories.changeSettings(actor, body),
  }),
  route({
    method: 'GET',
    url: '/api/memories/:id',
    access,
    summary: 'One memory',
    params: idParams,
    reply: schema.memory,
    handle: ({ actor, params }) => memories.get(actor, params.id),
  }),
  route({
    method: 'PATCH',
    url: '/api/memories/:id',
    access,
    summary: 'Change a memory, or switch it off',
    params: idParams,
    body: schema.memoryPatch,
    reply: schema.memory,
    handle: ({ actor, params, body }) => memories.change(actor, params.id, body),
  }),
  route({
    method: 'DELETE',
    url: '/api/memories/:id',
    access,
    summary: 'Delete a memory',
    params: idParams,
    handle: ({ actor, params }) => memories.remove(actor, params.id),
  }),
];
