import { id, pageQuery } from '../../../shared/api/common.ts';
import {
  installedModel,
  nameQuery,
  providerParams,
  pull,
  pullBody,
  pullParams,
  pulls as pullPage,
  runningModels,
} from '../../../shared/api/providers.ts';
import { admin } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { PullService } from './pulls.ts';

const one = '/api/admin/providers/:id';

/** For servers whose models can be managed from here, which are those that speak Ollama. */
export const pullRoutes = (pulls: PullService): Route[] => [
  route({
    method: 'GET',
    url: `${one}/pulls`,
    access: admin(),
    summary: 'Models that are being loaded, and those of the last days; newest first',
    params: providerParams,
    query: pageQuery.extend({ cursor: id.optional() }),
    reply: pullPage,
    handle: ({ params, query }) => pulls.list(params.id, query),
  }),
  route({
    method: 'POST',
    url: `${one}/pulls`,
    access: admin(),
    summary: 'Load a model from the library, in the background',
    params: providerParams,
    body: pullBody,
    reply: pull,
    status: 202,
    handle: ({ params, body }) => pulls.begin(params.id, body.model),
  }),
  route({
    method: 'DELETE',
    url: `${one}/pulls/:pull_id`,
    access: admin(),
    summary: 'Stop loading a model; what was loaded is kept for the next time',
    params: pullParams,
    handle: ({ params }) => pulls.cancel(params.id, params.pull_id),
  }),
  route({
    method: 'GET',
    url: `${one}/models`,
    access: admin(),
    summary: 'What the server says about one of its models',
    params: providerParams,
    query: nameQuery,
    reply: installedModel,
    handle: ({ params, query }) => pulls.show(params.id, query.name),
  }),
  route({
    method: 'DELETE',
    url: `${one}/models`,
    access: admin(),
    summary: 'Delete a model from the disk of the server',
    params: providerParams,
    query: nameQuery,
    handle: ({ params, query }) => pulls.remove(params.id, query.name),
  }),
  route({
    method: 'GET',
    url: `${one}/running`,
    access: admin(),
    summary: 'The models that are in memory now',
    params: providerParams,
    reply: runningModels,
    handle: async ({ params }) => ({ items: await pulls.running(params.id), next_cursor: null }),
  }),
];
