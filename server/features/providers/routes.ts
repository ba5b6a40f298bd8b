import { z } from 'zod';
import { modelName, providerHealth } from '../../../shared/api/models.ts';
import {
  adminProvider,
  adminProviders,
  aiSettings,
  aiSettingsPatch,
  aiTestBody,
  groupModel,
  groupModelParams,
  providerBody,
  providerParams,
  providerPatch,
  providerTest,
} from '../../../shared/api/providers.ts';
import { admin, member } from '../../http-kit/access.ts';
import { noBody, route, type Route } from '../../http-kit/route.ts';
import type { AiSettingsService } from './ai-settings.ts';
import type { ProviderService } from './service.ts';

type Deps = { providers: ProviderService; ai: AiSettingsService };

const path = '/api/admin/providers';
const one = `${path}/:id` as const;

export const providerRoutes = ({ providers, ai }: Deps): Route[] => [
  route({
    method: 'GET',
    url: path,
    access: admin(),
    summary: 'Providers in the order of preference, keys masked',
    reply: adminProviders,
    handle: async () => ({ items: await providers.list(), next_cursor: null }),
  }),
  route({
    method: 'POST',
    url: path,
    access: admin(),
    summary: 'Add a provider; answers after its first listing, or a few seconds',
    body: providerBody,
    reply: adminProvider,
    status: 201,
    handle: ({ body }) => providers.create(body),
  }),
  route({
    method: 'POST',
    url: `${path}/test`,
    access: admin(),
    summary: 'One minimal call with values that are not saved',
    body: providerBody,
    reply: providerTest,
    handle: ({ body }) => providers.testUnsaved(body),
  }),
  route({
    method: 'GET',
    url: one,
    access: admin(),
    summary: 'One provider, keys masked',
    params: providerParams,
    reply: adminProvider,
    handle: ({ params }) => providers.get(params.id),
  }),
  ...(['PUT', 'PATCH'] as const).map((method) =>
    route({
      method,
      url: one,
      access: admin(),
      summary: 'Change a provider; of one from the environment, who may use it and what of it',
      params: providerParams,
      body: providerPatch,
      reply: adminProvider,
      handle: ({ params, body }) => providers.update(params.id, body),
    }),
  ),
  route({
    method: 'DELETE',
    url: one,
    access: admin(),
    summary: 'Delete a provider; what it writes now is finished',
    params: providerParams,
    handle: ({ params }) => providers.remove(params.id),
  }),
  route({
    method: 'POST',
    url: `${one}/test`,
    access: admin(),
    summary: 'One minimal call: what fails, and how to mend it',
    params: providerParams,
    body: noBody,
    reply: providerTest,
    handle: ({ params }) => providers.test(params.id),
  }),
  route({
    method: 'GET',
    url: '/api/settings/ai',
    access: admin(),
    summary: 'Default and fallback model, and the providers',
    reply: aiSettings,
    handle: () => ai.get(),
  }),
  route({
    method: 'PATCH',
    url: '/api/settings/ai',
    access: admin(),
    summary: 'Choose the default and the fallback model; null for none',
    body: aiSettingsPatch,
    reply: aiSettings,
    handle: ({ body }) => ai.update(body),
  }),
  route({
    method: 'POST',
    url: '/api/settings/ai/test',
    access: admin(),
    summary: 'One minimal call to the model that answers when nobody chose, or to the one named',
    body: aiTestBody,
    reply: providerTest,
    handle: ({ body, actor }) => ai.test(actor, body?.model),
  }),
  route({
    method: 'GET',
    url: '/api/admin/groups/:id/model',
    access: admin(),
    summary: 'The default model of a group',
    params: groupModelParams,
    reply: groupModel,
    handle: ({ params }) => ai.ofGroup(params.id),
  }),
  route({
    method: 'PUT',
    url: '/api/admin/groups/:id/model',
    access: admin(),
    summary: 'Choose the default model of a group; null for none',
    params: groupModelParams,
    body: groupModel,
    reply: groupModel,
    handle: ({ params, body }) => ai.setGroup(params.id, body.default_model),
  }),
  route({
    method: 'GET',
    url: '/api/models/test',
    access: member('chat'),
    summary: 'Asks a model for a few tokens: the one that would answer, or the one named',
    query: z.object({ model: modelName.optional() }),
    reply: providerHealth,
    limit: 'chat',
    handle: ({ query, actor }) => ai.check(actor, query.model),
  }),
];
