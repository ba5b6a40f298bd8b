import { directory, directoryQuery } from '../../../shared/api/directory.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { DirectoryService } from './service.ts';

export const directoryRoutes = (people: DirectoryService): Route[] => [
  route({
    method: 'GET',
    url: '/api/directory',
    access: member('chat'),
    summary: 'People and groups that one can share with, by a part of their name',
    query: directoryQuery,
    reply: directory,
    handle: ({ actor, query }) => people.find(actor, query.q),
  }),
];
