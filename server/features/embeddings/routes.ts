import { embeddingModelBody, embeddingsEstimate, embeddingsOverview } from '../../../shared/api/embeddings.ts';
import { admin } from '../../http-kit/access.ts';
import { noBody, route, type Route } from '../../http-kit/route.ts';
import type { EmbeddingService } from './service.ts';

const path = '/api/admin/embeddings';

export const embeddingRoutes = (embeddings: EmbeddingService): Route[] => [
  route({
    method: 'GET',
    url: path,
    access: admin(),
    summary: 'The indexes of embeddings: the one that is asked, one being built, the one before',
    reply: embeddingsOverview,
    handle: () => embeddings.overview(),
  }),
  route({
    method: 'POST',
    url: `${path}/estimate`,
    access: admin(),
    summary: 'What indexing everything with a model means: passages, calls, tokens',
    body: embeddingModelBody,
    reply: embeddingsEstimate,
    handle: ({ body }) => embeddings.estimate(body.model),
  }),
  route({
    method: 'POST',
    url: path,
    access: admin(),
    summary: 'Index everything with a model, beside the one that is asked; it takes over when it is whole',
    body: embeddingModelBody,
    reply: embeddingsOverview,
    status: 202,
    handle: ({ body }) => embeddings.start(body.model),
  }),
  route({
    method: 'POST',
    url: `${path}/cancel`,
    access: admin(),
    summary: 'Give up the index that is being built',
    body: noBody,
    reply: embeddingsOverview,
    handle: () => embeddings.cancel(),
  }),
  route({
    method: 'POST',
    url: `${path}/rollback`,
    access: admin(),
    summary: 'Back to the index before',
    body: noBody,
    reply: embeddingsOverview,
    handle: () => embeddings.rollBack(),
  }),
  route({
    method: 'DELETE',
    url: path,
    access: admin(),
    summary: 'Search by words alone, and delete all embeddings',
    reply: embeddingsOverview,
    handle: () => embeddings.switchOff(),
  }),
];
