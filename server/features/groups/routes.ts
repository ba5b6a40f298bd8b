import { id, idParams, pageQuery } from '../../../shared/api/common.ts';
import { group, groupBody, groupPatch, groups as groupPage, memberParams } from '../../../shared/api/groups.ts';
import { users } from '../../../shared/api/users.ts';
import { admin } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { GroupService } from './service.ts';

const query = pageQuery.extend({ cursor: id.optional() });
const member = { url: '/api/admin/groups/:id/members/:user_id', access: admin(), params: memberParams } as const;

export const groupRoutes = (groups: GroupService): Route[] => [
  route({
    method: 'GET',
    url: '/api/admin/groups',
    access: admin(),
    summary: 'Groups, newest first',
    query,
    reply: groupPage,
    handle: (call) => groups.list(call.query),
  }),
  route({
    method: 'POST',
    url: '/api/admin/groups',
    access: admin(),
    summary: 'Make a group',
    body: groupBody,
    reply: group,
    status: 201,
    handle: ({ body }) => groups.create(body),
  }),
  route({
    method: 'GET',
    url: '/api/admin/groups/:id',
    access: admin(),
    summary: 'One group',
    params: idParams,
    reply: group,
    handle: ({ params }) => groups.get(params.id),
  }),
  ...(['PUT', 'PATCH'] as const).map((method) =>
    route({
      method,
      url: '/api/admin/groups/:id',
      access: admin(),
      summary: 'Rename or describe a group',
      params: idParams,
      body: groupPatch,
      reply: group,
      handle: ({ params, body }) => groups.update(params.id, body),
    }),
  ),
  route({
    method: 'DELETE',
    url: '/api/admin/groups/:id',
    access: admin(),
    summary: 'Delete a group; its members stay',
    params: idParams,
    handle: ({ params }) => groups.remove(params.id),
  }),
  route({
    method: 'GET',
    url: '/api/admin/groups/:id/members',
    access: admin(),
    summary: 'The members of a group',
    params: idParams,
    query,
    reply: users,
    handle: (call) => groups.members(call.params.id, call.query),
  }),
  route({
    ...member,
    method: 'PUT',
    summary: 'Put a person into a group; silent where they are in it',
    handle: ({ params }) => groups.addMember(params.id, params.user_id),
  }),
  route({
    ...member,
    method: 'DELETE',
    summary: 'Take a person out of a group; silent where they are not in it',
    handle: ({ params }) => groups.removeMember(params.id, params.user_id),
  }),
];
