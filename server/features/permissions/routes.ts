import { permissionChanges, permissionSet } from '../../../shared/api/permissions.ts';
import { admin, signedIn } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { PermissionService } from './service.ts';

export const permissionRoutes = (permissions: PermissionService): Route[] => [
  route({
    method: 'GET',
    url: '/api/users/me/permissions',
    access: signedIn(),
    summary: 'What I may do here',
    reply: permissionSet,
    handle: ({ actor }) => permissions.own(actor),
  }),
  route({
    method: 'GET',
    url: '/api/admin/permissions',
    access: admin(),
    summary: 'What every member may do; groups can allow more',
    reply: permissionSet,
    handle: () => permissions.defaults(),
  }),
  route({
    method: 'PUT',
    url: '/api/admin/permissions',
    access: admin(),
    summary: 'Change what every member may do; what is left out stays',
    body: permissionChanges,
    reply: permissionSet,
    handle: ({ body }) => permissions.setDefaults(body),
  }),
];
