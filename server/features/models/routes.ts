import { z } from 'zod';
import { modelList, providerHealth, providerList } from '../../../shared/api/models.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { ModelService } from './service.ts';

const providerParams = z.object({ id: z.string().min(1).max(100) });

export const modelRoutes = (models: ModelService): Route[] => [
  route({
    method: 'GET',
    url: '/api/models',
    access: member('models'),
    summary: 'The models that can be chosen; the first call waits a moment for discovery',
    reply: modelList,
    handle: async () => ({ items: await models.list(), next_cursor: null }),
  }),
  route({
    method: 'GET',
    url: '/api/providers',
    access: member('models'),
    summary: 'The model servers that Carrel is connected to',
    reply: providerList,
    handle: async () => ({ items: await models.providers(), next_cursor: null }),
  }),
  route({
    method: 'GET',
    url: '/api/providers/:id/health',
    access: member('models'),
    summary: 'Asks a provider now whether it answers',
    params: providerParams,
    reply: providerHealth,
    handle: ({ params }) => models.health(params.id),
  }),
];
