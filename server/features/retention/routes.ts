import { retention as retentionReply, retentionCounts, retentionRules } from '../../../shared/api/retention.ts';
import { admin, member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { RetentionService } from './service.ts';

const url = '/api/admin/retention';

export const retentionRoutes = (retention: RetentionService): Route[] => [
  route({
    method: 'GET',
    url,
    access: admin(),
    summary: 'How long conversations and files are kept, and what was deleted last',
    reply: retentionReply,
    handle: () => retention.get(),
  }),
  route({
    method: 'PUT',
    url,
    access: admin(),
    summary: 'Say how long conversations and files are kept that nobody touches; null is for ever',
    body: retentionRules,
    reply: retentionReply,
    handle: ({ body }) => retention.put(body),
  }),
  route({
    method: 'POST',
    url: `${url}/preview`,
    access: admin(),
    limit: { cost: 10 },
    summary: 'How much such rules would delete now; deletes nothing',
    body: retentionRules,
    reply: retentionCounts,
    handle: ({ body }) => retention.preview(body),
  }),
  route({
    method: 'GET',
    url: '/api/retention',
    access: member('chat'),
    summary: 'How long one’s conversations and files are kept',
    reply: retentionRules,
    handle: () => retention.rules(),
  }),
];
