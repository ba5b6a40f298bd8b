import { ownUsageQuery, usageQuery, usageReport } from '../../../shared/api/usage.ts';
import { admin, member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { UsageService } from './service.ts';

export const usageRoutes = (usage: UsageService): Route[] => [
  route({
    method: 'GET',
    url: '/api/usage',
    access: member('chat'),
    summary: 'What I have used, by day or model',
    query: ownUsageQuery,
    reply: usageReport,
    handle: ({ actor, query }) => usage.report(query, actor.userId),
  }),
  route({
    method: 'GET',
    url: '/api/admin/usage',
    access: admin(),
    summary: 'What was used, by day, model or person',
    query: usageQuery,
    reply: usageReport,
    handle: ({ query }) => usage.report(query, query.user_id),
  }),
];
