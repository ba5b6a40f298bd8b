import { idParams } from '../../../shared/api/common.ts';
import { groupQuota, quotaBody, userQuota } from '../../../shared/api/quotas.ts';
import { admin, member } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { QuotaService } from './service.ts';

const ofUser = { url: '/api/admin/users/:id/quota', access: admin(), params: idParams } as const;
const ofGroup = { url: '/api/admin/groups/:id/quota', access: admin(), params: idParams } as const;

export const quotaRoutes = (quotas: QuotaService): Route[] => [
  route({
    method: 'GET',
    url: '/api/usage/quota',
    access: member('chat'),
    summary: 'What I may use today, and what is left of it',
    reply: userQuota,
    handle: ({ actor }) => quotas.own(actor.userId),
  }),
  route({
    ...ofUser,
    method: 'GET',
    summary: 'What a person may use in a day, why, and what is left today',
    reply: userQuota,
    handle: ({ params }) => quotas.ofUser(params.id),
  }),
  route({
    ...ofUser,
    method: 'PUT',
    summary: 'Give a person a quota of their own; null is unlimited, 0 forbids',
    body: quotaBody,
    reply: userQuota,
    handle: ({ params, body }) => quotas.setUser(params.id, body),
  }),
  route({
    ...ofUser,
    method: 'DELETE',
    summary: 'Back to the quota of the groups or the instance',
    handle: ({ params }) => quotas.clearUser(params.id),
  }),
  route({
    ...ofGroup,
    method: 'GET',
    summary: 'What each member of a group may use in a day',
    reply: groupQuota,
    handle: ({ params }) => quotas.ofGroup(params.id),
  }),
  route({
    ...ofGroup,
    method: 'PUT',
    summary: 'Give each member of a group a quota; of several groups the most generous counts',
    body: quotaBody,
    reply: groupQuota,
    handle: ({ params, body }) => quotas.setGroup(params.id, body),
  }),
  route({
    ...ofGroup,
    method: 'DELETE',
    summary: 'The group says nothing about quotas any more',
    handle: ({ params }) => quotas.clearGroup(params.id),
  }),
];
