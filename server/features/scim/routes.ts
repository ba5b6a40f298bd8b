import type { FastifyReply } from 'fastify';
import * as schema from '../../../shared/api/scim.ts';
import { directory } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import { resourceTypes, schemas, serviceProviderConfig } from './discovery.ts';
import { SCIM_TYPE, ScimError, scimProblem } from './errors.ts';
import type { ScimGroupService } from './groups.ts';
import type { Resource } from './patch.ts';
import { listOf, versionOf } from './protocol.ts';
import type { ScimUserService } from './users.ts';

/** A directory brings thousands of people at its first run. */
const common = {
  access: directory(),
  limit: { name: 'scim', perMinute: 3_000 },
  problem: scimProblem,
  reply: 'raw',
} as const;

const send = (reply: FastifyReply, body: object, status = 200) =>
  reply.code(status).type(SCIM_TYPE).header('cache-control', 'no-store').serializer(JSON.stringify).send(body);

/** One resource, with its version; 304 for who has it already. */
function sendOne(reply: FastifyReply, resource: Resource, status = 200) {
  if (!('meta' in resource)) return send(reply, resource, status);
  const { location } = resource['meta'] as { location: string };
  const version = versionOf(resource);
  reply.header('etag', version).header(status === 201 ? 'location' : 'content-location', location);
  const { method, headers } = reply.request;
  if (method === 'GET' && headers['if-none-match'] === version) return reply.code(304).send();
  return send(reply, resource, status);
}

/** SCIM 2.0 (RFC 7644): a directory makes, changes and ends accounts and groups. */
export const scimRoutes = ({
  users,
  groups,
  base,
}: {
  users: ScimUserService;
  groups: ScimGroupService;
  base: URL;
}): Route[] => [
  ...resourceRoutes('Users', 'a person', users),
  ...resourceRoutes('Groups', 'a group', groups),
  route({
    ...common,
    method: 'GET',
    url: '/scim/v2/ServiceProviderConfig',
    summary: 'What this SCIM service can do',
    handle: ({ reply }) => send(reply, serviceProviderConfig(base)),
  }),
  ...listed('/scim/v2/ResourceTypes', 'The kinds of resources', resourceTypes(base)),
  ...listed('/scim/v2/Schemas', 'The attributes of each kind', schemas(base)),
];

type Resources = ScimUserService | ScimGroupService;

const resourceRoutes = (name: 'Users' | 'Groups', one: string, service: Resources): Route[] => {
  const url = `/scim/v2/${name}` as const;
  const body = { accepts: 'scim' } as const;
  return [
    route({
      ...common,
      method: 'GET',
      url,
      summary: `${name}, by filter and page`,
      query: schema.scimQuery,
      handle: async ({ query, reply }) => send(reply, await service.list(query)),
    }),
    route({
      ...common,
      ...body,
      method: 'POST',
      url,
      summary: `Make ${one}`,
      body: schema.scimResource,
      handle: async ({ body: resource, reply }) => sendOne(reply, await service.create(resource), 201),
    }),
    route({
      ...common,
      method: 'GET',
      url: `${url}/:id`,
      summary: `Read ${one}`,
      params: schema.scimParams,
      query: schema.scimQuery,
      handle: async ({ params, query, reply }) => sendOne(reply, await service.get(params.id, query)),
    }),
    route({
      ...common,
      ...body,
      method: 'PUT',
      url: `${url}/:id`,
      summary: `Replace ${one}`,
      params: schema.scimParams,
      body: schema.scimResource,
      handle: async ({ params, body: resource, request, reply }) =>
        sendOne(reply, await service.replace(params.id, resource, request.headers['if-match'])),
    }),
    route({
      ...common,
      ...body,
      method: 'PATCH',
      url: `${url}/:id`,
      summary: `Change parts of ${one}`,
      params: schema.scimParams,
      body: schema.scimPatch,
      handle: async ({ params, body: { Operations }, request, reply }) =>
        sendOne(reply, await service.patch(params.id, Operations, request.headers['if-match'])),
    }),
    route({
      ...common,
      method: 'DELETE',
      url: `${url}/:id`,
      accepts: 'scim',
      summary: `Delete ${one}`,
      params: schema.scimParams,
      handle: async ({ params, reply }) => {
        await service.remove(params.id);
        return reply.code(204).send();
      },
    }),
  ];
};

const listed = (url: `/${string}`, summary: string, items: readonly (Resource & { id: string })[]): Route[] => [
  route({
    ...common,
    method: 'GET',
    url,
    summary,
    handle: ({ reply }) => send(reply, listOf(items, items.length, 1)),
  }),
  route({
    ...common,
    method: 'GET',
    url: `${url}/:id`,
    summary: `${summary}: one`,
    params: schema.scimParams,
    handle: ({ params, reply }) => {
      const found = items.find(({ id }) => id === params.id);
      if (!found) throw new ScimError(404, 'There is nothing of this name.');
      return send(reply, found);
    },
  }),
];
