import { user } from '../../../shared/api/auth.ts';
import { idParams } from '../../../shared/api/common.ts';
import { createUserBody, deleteMeBody, userPatch, users as userPage, usersQuery } from '../../../shared/api/users.ts';
import { admin, signedIn } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { UserService } from './service.ts';

export const userRoutes = (users: UserService): Route[] => [
  route({
    method: 'GET',
    url: '/api/admin/users',
    access: admin(),
    summary: 'People, newest first; `q` searches names and e-mail',
    query: usersQuery,
    reply: userPage,
    handle: ({ query: { is_active, ...query } }) =>
      users.list({ ...query, isActive: is_active === undefined ? undefined : is_active === 'true' }),
  }),
  route({
    method: 'POST',
    url: '/api/admin/users',
    access: admin(),
    summary: 'Make an account for somebody',
    body: createUserBody,
    reply: user,
    status: 201,
    handle: ({ body }) => users.create(body),
  }),
  route({
    method: 'GET',
    url: '/api/admin/users/:id',
    access: admin(),
    summary: 'One person',
    params: idParams,
    reply: user,
    handle: ({ params }) => users.get(params.id),
  }),
  route({
    method: 'PATCH',
    url: '/api/admin/users/:id',
    access: admin(),
    summary: 'Change the role, approve, switch on or off, rename',
    params: idParams,
    body: userPatch,
    reply: user,
    handle: ({ params, body }) => users.update(params.id, body),
  }),
  route({
    method: 'DELETE',
    url: '/api/admin/users/:id',
    access: admin(),
    summary: 'Delete a person with all of their data',
    params: idParams,
    handle: ({ params }) => users.remove(params.id),
  }),
  route({
    method: 'DELETE',
    url: '/api/users/me',
    access: signedIn(),
    limit: 'auth',
    summary: 'Delete one’s own account with all that is in it; asks for the password',
    body: deleteMeBody,
    handle: ({ actor, body }) => users.removeSelf(actor, body.password),
  }),
];
