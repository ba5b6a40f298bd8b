import { idParams } from '../../../shared/api/common.ts';
import * as schema from '../../../shared/api/notifications.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { Inbox } from './inbox.ts';

/** No API key: whoever got hold of one must not take away what tells of it. */
const access = member();

export const notificationRoutes = (inbox: Inbox): Route[] => [
  route({
    method: 'GET',
    url: '/api/notifications',
    access,
    summary: 'What I am told of, the newest first, and how many of all are unread; `unread` chooses',
    query: schema.notificationQuery,
    reply: schema.notifications,
    handle: ({ actor, query }) => inbox.list(actor.userId, query),
  }),
  route({
    method: 'POST',
    url: '/api/notifications/read',
    access,
    summary: 'I have read all of it, or what a conversation was told for',
    body: schema.notificationsRead,
    reply: schema.unreadCount,
    handle: ({ actor, body }) => inbox.readAll(actor.userId, body),
  }),
  route({
    method: 'PATCH',
    url: '/api/notifications/:id',
    access,
    summary: 'I have read one, or it is to be unread again',
    params: idParams,
    body: schema.notificationPatch,
    reply: schema.notification,
    handle: ({ actor, params, body }) => inbox.change(actor.userId, params.id, body),
  }),
  route({
    method: 'DELETE',
    url: '/api/notifications/:id',
    access,
    summary: 'Delete a notification',
    params: idParams,
    handle: ({ actor, params }) => inbox.remove(actor.userId, params.id),
  }),
];
