import { toolList } from '../../../shared/api/tools.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { ToolService } from './service.ts';

export const toolRoutes = (tools: ToolService): Route[] => [
  route({
    method: 'GET',
    url: '/api/tools',
    access: member('chat'),
    summary: 'The tools that an answer may call',
    reply: toolList,
    handle: async ({ actor }) => ({ items: await tools.list(actor), next_cursor: null }),
  }),
];
