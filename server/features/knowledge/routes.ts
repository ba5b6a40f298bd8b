import { idParams } from '../../../shared/api/common.ts';
import { searchBody, searchReply } from '../../../shared/api/passages.ts';
import { questionChecks, questionsSummary } from '../../../shared/api/saved-questions.ts';
import { answerTrace } from '../../../shared/api/traces.ts';
import { admin, member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { ChatPolicy } from '../chat/policy.ts';
import type { KnowledgeService } from './service.ts';

type Deps = { knowledge: KnowledgeService; policy: Pick<ChatPolicy, 'message'> };

export const knowledgeRoutes = ({ knowledge, policy }: Deps): Route[] => [
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
    url: '/api/saved-questions/check',
    access: member('chat'),
    limit: { cost: 10 },
    summary: 'Search again for one’s questions whose answers one rated down, and compare',
    reply: questionChecks,
    handle: async ({ actor }) => ({ items: await knowledge.saved.ofPerson(actor.userId) }),
  }),
  route({
    method: 'POST',
    url: '/api/admin/saved-questions/check',
    access: admin(),
    summary: 'Search again for all questions whose answers were rated down: how many find something else',
    reply: questionsSummary,
    handle: () => knowledge.saved.summary(),
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
      return { items: passages };
    },
  }),
];
