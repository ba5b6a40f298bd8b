import { idParams } from '../../../shared/api/common.ts';
import { folder, folderBody, folderPatch, folders as folderList } from '../../../shared/api/folders.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { FolderService } from './service.ts';

const access = member('chat');

export const folderRoutes = (folders: FolderService): Route[] => [
  route({
    method: 'GET',
    url: '/api/folders',
    access,
    summary: 'One’s folders, all of them',
    reply: folderList,
    handle: ({ actor }) => folders.list(actor),
  }),
  route({
    method: 'POST',
    url: '/api/folders',
    access,
    summary: 'Make a folder, in another one or at the top',
    body: folderBody,
    reply: folder,
    status: 201,
    handle: ({ actor, body }) => folders.create(actor, body),
  }),
  route({
    method: 'GET',
    url: '/api/folders/:id',
    access,
    summary: 'One folder',
    params: idParams,
    reply: folder,
    handle: ({ actor, params }) => folders.get(actor, params.id),
  }),
  ...(['PUT', 'PATCH'] as const).map((method) =>
    route({
      method,
      url: '/api/folders/:id',
      access,
      summary: 'Rename a folder, or put it elsewhere',
      params: idParams,
      body: folderPatch,
      reply: folder,
      handle: ({ actor, params, body }) => folders.change(actor, params.id, body),
    }),
  ),
  route({
    method: 'DELETE',
    url: '/api/folders/:id',
    access,
    summary: 'Delete a folder; what lies in it stays',
    params: idParams,
    handle: ({ actor, params }) => folders.remove(actor, params.id),
  }),
];
