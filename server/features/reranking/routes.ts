import { rerankCheck } from '../../../shared/api/reranking.ts';
import { admin } from '../../http-kit/access.ts';
import { noBody, route, type Route } from '../../http-kit/route.ts';
import type { Reranker } from './service.ts';

export const rerankingRoutes = (reranker: Reranker): Route[] => [
  route({
    method: 'POST',
    url: '/api/admin/reranking/check',
    access: admin(),
    summary: 'Let the chosen model put two texts in order: does it answer, and how fast',
    body: noBody,
    reply: rerankCheck,
    handle: () => reranker.check(),
  }),
];
