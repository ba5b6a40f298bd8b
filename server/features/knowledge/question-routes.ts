import type { FastifyReply } from 'fastify';
import { idParams } from '../../../shared/api/common.ts';
import { findingPreview, findingPreviewBody } from '../../../shared/api/finding-preview.ts';
import {
  expectedBody,
  questionChecks,
  questionRunDetail,
  questionRun,
  questionRuns,
  questionsSummary,
  savedQuestionDetail,
  savedQuestions,
} from '../../../shared/api/saved-questions.ts';
import { admin, member } from '../../http-kit/access.ts';
import { whileConnected } from '../../http-kit/outflow.ts';
import { noBody, route, type Route } from '../../http-kit/route.ts';
import type { AuditService } from '../audit/service.ts';
import type { KnowledgeService } from './service.ts';

type Deps = {
  knowledge: Pick<KnowledgeService, 'saved' | 'questions' | 'preview'>;
  audit: Pick<AuditService, 'record'>;
};

const own = member('chat');
const path = '/api/saved-questions';

/** Hundreds of questions take a while: who leaves ends it. Then there is no answer, and nobody who would look at one. */
const asking = <T>(reply: FastifyReply, work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
  whileConnected(reply, work) as Promise<T>;

export const questionRoutes = ({ knowledge: { saved, questions, preview }, audit }: Deps): Route[] => [
  route({
    method: 'GET',
    url: path,
    access: own,
    summary: 'One’s questions whose answers one rated down, newest first',
    reply: savedQuestions,
    handle: async ({ actor }) => ({ items: await questions.list(actor.userId), next_cursor: null }),
  }),
  route({
    method: 'GET',
    url: `${path}/:id`,
    access: own,
    limit: { cost: 5 },
    summary: 'A saved question by its answer: what was found then, what is found now, what should be',
    params: idParams,
    reply: savedQuestionDetail,
    handle: ({ actor, params }) => questions.detail(actor.userId, params.id),
  }),
  route({
    method: 'PUT',
    url: `${path}/:id/expected`,
    access: own,
    limit: { cost: 5 },
    summary: 'Say which passages should be found for a saved question',
    params: idParams,
    body: expectedBody,
    reply: savedQuestionDetail,
    handle: ({ actor, params, body }) => questions.expect(actor.userId, params.id, body.places),
  }),
  route({
    method: 'POST',
    url: `${path}/check`,
    access: own,
    limit: { cost: 10 },
    summary: 'Search again for one’s questions whose answers one rated down, and compare',
    reply: questionChecks,
    handle: ({ actor, reply }) => asking(reply, async (signal) => ({ items: await saved.check(actor.userId, signal) })),
  }),
  route({
    method: 'GET',
    url: `${path}/runs`,
    access: own,
    summary: 'The last times that one’s saved questions were asked again',
    reply: questionRuns,
    handle: async ({ actor }) => ({ items: await questions.runs(actor.userId), next_cursor: null }),
  }),
  route({
    method: 'POST',
    url: `${path}/runs`,
    access: own,
    limit: { cost: 10 },
    summary: 'Ask one’s saved questions again, and keep what is found for comparing',
    body: noBody,
    reply: questionRunDetail,
    status: 201,
    handle: ({ actor, reply }) => asking(reply, (signal) => questions.run(actor.userId, signal)),
  }),
  route({
    method: 'GET',
    url: `${path}/runs/:id`,
    access: own,
    summary: 'What one run found, question by question',
    params: idParams,
    reply: questionRunDetail,
    handle: ({ actor, params }) => questions.one(actor.userId, params.id),
  }),
  route({
    method: 'POST',
    url: '/api/admin/saved-questions/check',
    access: admin(),
    limit: { cost: 10 },
    summary: 'Search again for all questions whose answers were rated down: how many find something else',
    reply: questionsSummary,
    handle: ({ reply }) => asking(reply, saved.summary),
  }),
  route({
    method: 'GET',
    url: '/api/admin/saved-questions/runs',
    access: admin(),
    summary: 'The last times that everybody’s saved questions were asked again: sums alone',
    reply: questionRuns,
    handle: async () => ({ items: await questions.runs(null), next_cursor: null }),
  }),
  route({
    method: 'POST',
    url: '/api/admin/saved-questions/runs',
    access: admin(),
    limit: { cost: 10 },
    summary: 'Ask everybody’s saved questions again, each as its owner may read, and keep the sums',
    body: noBody,
    reply: questionRun,
    status: 201,
    handle: ({ reply }) =>
      asking(reply, async (signal) => {
        const { items: _items, ...sums } = await questions.run(null, signal);
        return sums;
      }),
  }),
  route({
    method: 'POST',
    url: '/api/admin/finding/preview',
    access: admin(),
    limit: { cost: 5 },
    summary:
      'What somebody’s question would find, with ranks and why they may read it; words only of what one may read oneself',
    body: findingPreviewBody,
    reply: findingPreview,
    async handle({ actor, body }) {
      const found = await preview(actor.userId, body.user_id, body.q);
      await audit.record({ action: 'finding.previewed', target: { kind: 'user', id: body.user_id } });
      return found;
    },
  }),
];
