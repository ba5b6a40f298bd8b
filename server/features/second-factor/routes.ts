import { idParams } from '../../../shared/api/common.ts';
import * as schema from '../../../shared/api/second-factor.ts';
import { admin, signedIn } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { AuthService } from '../auth/service.ts';
import type { SecondFactorService } from './service.ts';

const noStore = ['cache-control', 'no-store'] as const;

/** A person's own second factor, and an admin's way to take away somebody's. `signedIn` takes no API key. */
export const secondFactorRoutes = (
  factor: SecondFactorService,
  auth: Pick<AuthService, 'isPassword' | 'endSessionsOf'>,
): Route[] => [
  route({
    method: 'GET',
    url: '/api/auth/totp',
    access: signedIn(),
    summary: 'Whether my second factor is on',
    reply: schema.secondFactor,
    handle: ({ actor }) => factor.status(actor),
  }),
  route({
    method: 'POST',
    url: '/api/auth/totp/enroll',
    access: signedIn(),
    summary: 'A secret for an authenticator app; in force once it is confirmed',
    reply: schema.enrolment,
    handle: ({ actor, reply }) => {
      reply.header(...noStore);
      return factor.enroll(actor);
    },
  }),
  route({
    method: 'POST',
    url: '/api/auth/totp/move',
    access: signedIn(),
    summary:
      'A secret for a new phone; takes a code of the old one, or a backup code, and is in force once it is confirmed',
    body: schema.confirmBody,
    reply: schema.enrolment,
    handle: ({ actor, body, reply }) => {
      reply.header(...noStore);
      return factor.move(actor, body.code);
    },
  }),
  route({
    method: 'POST',
    url: '/api/auth/totp/confirm',
    access: signedIn(),
    summary:
      'Switch my second factor on, or over to the new phone, with a first code; the answer shows the backup codes, and nothing shows them again',
    body: schema.confirmBody,
    reply: schema.backupCodes,
    handle: ({ actor, body, reply }) => {
      reply.header(...noStore);
      return factor.confirm(actor, body.code);
    },
  }),
  route({
    method: 'POST',
    url: '/api/auth/totp/backup-codes',
    access: signedIn(),
    summary: 'Ten new backup codes in place of those that are left',
    body: schema.proofBody,
    reply: schema.backupCodes,
    handle: ({ actor, body, reply }) => {
      reply.header(...noStore);
      return factor.renewBackupCodes(actor, body, auth.isPassword);
    },
  }),
  route({
    method: 'DELETE',
    url: '/api/auth/totp',
    access: signedIn(),
    summary: 'Switch my second factor off; takes my password or a code',
    body: schema.proofBody,
    handle: ({ actor, body }) => factor.remove(actor, body, auth.isPassword),
  }),
  route({
    method: 'DELETE',
    url: '/api/admin/users/:id/totp',
    access: admin(),
    summary: 'Take away the second factor of somebody who lost it; they are signed out everywhere and get a mail',
    params: idParams,
    handle: ({ actor, params }) => factor.reset(actor, params.id, auth.endSessionsOf),
  }),
];
