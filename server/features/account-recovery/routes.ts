import * as schema from '../../../shared/api/recovery.ts';
import { anyone } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { RecoveryService } from './service.ts';

/** For those who cannot sign in. Answers are the same for addresses that are known and that are not. */
export const recoveryRoutes = (recovery: RecoveryService): Route[] => [
  route({
    method: 'POST',
    url: '/api/auth/password/forgot',
    access: anyone(),
    limit: 'auth',
    summary: 'Ask for a mail with a link to set a new password',
    body: schema.emailBody,
    status: 202,
    handle: ({ body }) => recovery.forgot(body.email),
  }),
  route({
    method: 'POST',
    url: '/api/auth/password/reset',
    access: anyone(),
    limit: 'auth',
    summary: 'Set a new password with the token of a mail; every session ends',
    body: schema.resetBody,
    handle: ({ body }) => recovery.reset(body.token, body.password),
  }),
  route({
    method: 'POST',
    url: '/api/auth/email/verify',
    access: anyone(),
    limit: 'auth',
    summary: 'Confirm an e-mail address with the token of a mail',
    body: schema.verifyBody,
    handle: ({ body }) => recovery.verify(body.token),
  }),
  route({
    method: 'POST',
    url: '/api/auth/email/resend',
    access: anyone(),
    limit: 'auth',
    summary: 'Ask for another mail to confirm an e-mail address',
    body: schema.emailBody,
    status: 202,
    handle: ({ body }) => recovery.resend(body.email),
  }),
];
