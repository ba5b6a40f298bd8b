import { idParams } from '../../../shared/api/common.ts';
import { searchBody, searchReply } from '../../../shared/api/passages.ts';
import { answerTrace } from '../../../shared/api/traces.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { AuditService } from '../audit/service.ts';
import type { ChatPolicy } from '../chat/policy.ts';
import { questionRoutes } from './question-routes.ts';
import type { KnowledgeService } from './service.ts';

type Deps = { knowledge: KnowledgeService; policy: Pick<ChatPolicy, 'message'>; audit: Pick<AuditService, 'record'> };

export const knowledgeRoutes = ({ knowledge, policy, audit }: Deps): Route[] => [
  ...questionRoutes({ knowledge, audit }),
  route({
    method: 'GET',
    url: '/api/messages/:id/trace',
    access: member('chat'),
    summary: 'How the passages of an answer were found: what was looked at, its ranks, and what was left out',
    params: idParams,
    reply: answerTrace,
    handle: async ({ actor, params }) =>
      knowledge.traces.get(actor.userId, (await policy.message(actor, params.id)).id),
  }),
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
      return { items: passages, next_cursor: null };
    },
  }),
];
