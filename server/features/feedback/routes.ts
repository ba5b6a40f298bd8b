import { idParams } from '../../../shared/api/common.ts';
import {
  feedback as feedbackReply,
  feedbackBody,
  feedbackPage,
  feedbackPatch,
  feedbackQuery,
} from '../../../shared/api/feedback.ts';
import { member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { ChatPolicy } from '../chat/policy.ts';
import type { FeedbackService } from './service.ts';

const access = member('chat');

export const feedbackRoutes = ({ feedback, policy }: { feedback: FeedbackService; policy: ChatPolicy }): Route[] => [
  route({
    method: 'GET',
    url: '/api/feedback',
    access,
    summary: 'What one said of answers, newest first',
    query: feedbackQuery,
    reply: feedbackPage,
    handle: ({ actor, query }) => feedback.list(actor, query),
  }),
  route({
    method: 'POST',
    url: '/api/feedback',
    access,
    summary: 'Rate an answer; a second rating takes the place of the first',
    body: feedbackBody,
    reply: feedbackReply,
    status: 201,
    handle: async ({ actor, body }) => feedback.put(actor, await policy.message(actor, body.message_id), body),
  }),
  route({
    method: 'GET',
    url: '/api/feedback/:id',
    access,
    summary: 'One rating',
    params: idParams,
    reply: feedbackReply,
    handle: ({ actor, params }) => feedback.get(actor, params.id),
  }),
  ...(['PUT', 'PATCH'] as const).map((method) =>
    route({
      method,
      url: '/api/feedback/:id',
      access,
      summary: 'Change a rating',
      params: idParams,
      body: feedbackPatch,
      reply: feedbackReply,
      handle: ({ actor, params, body }) => feedback.change(actor, params.id, body),
    }),
  ),
  route({
    method: 'DELETE',
    url: '/api/feedback/:id',
    access,
    summary: 'Take a rating back',
    params: idParams,
    handle: ({ actor, params }) => feedback.remove(actor, params.id),
  }),
];
