import { messageHits, messageSearchQuery } from '../../../shared/api/chat-search.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { ChatSearch } from './service.ts';

export const chatSearchRoutes = (search: ChatSearch): Route[] => [
  route({
    method: 'GET',
    url: '/api/conversations/search',
    access: member('chat'),
    summary: 'Search what was said in one’s conversations',
    query: messageSearchQuery,
    reply: messageHits,
    handle: ({ actor, query }) => search.find(actor, query),
  }),
];
