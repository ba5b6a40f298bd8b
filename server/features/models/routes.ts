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
    summary: 'The models that one may choose; the first call waits a moment for discovery',
    reply: modelList,
    handle: async ({ actor }) => ({ items: await models.list(actor), next_cursor: null }),
  }),
  route({
    method: 'GET',
    url: '/api/providers',
    access: member('models'),
    summary: 'The model servers that one may use',
    reply: providerList,
    handle: async ({ actor }) => ({ items: await models.providers(actor), next_cursor: null }),
  }),
  route({
    method: 'GET',
    url: '/api/providers/:id/health',
    access: member('models'),
    summary: 'Asks a provider now whether it answers',
    params: providerParams,
    reply: providerHealth,
    handle: ({ actor, params }) => models.health(params.id, actor),
  }),
];
