import { searchBody, searchReply } from '../../../shared/api/passages.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { KnowledgeService } from './service.ts';

export const knowledgeRoutes = (knowledge: KnowledgeService): Route[] => [
  route({
    method: 'POST',
    url: '/api/search',
    access: member('files'),
    summary: 'Find passages in all that one may read, or in some of it',
    body: searchBody,
    reply: searchReply,
    async handle({ actor, body }) {
      const { passages } = await knowledge.retrieve({
        userId: actor.userId,
        fileIds: body.scope && [
          ...(body.scope.file_ids ?? []),
          ...(await knowledge.filesIn(actor.userId, body.scope.collection_ids ?? [])),
        ],
        question: body.q,
        limit: body.limit,
      });
      return { items: passages };
    },
  }),
];
