import { accountExport } from '../../../shared/api/account-export.ts';
import { passkeyProofBody as proofBody } from '../../../shared/api/passkeys.ts';
import { signedIn } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { AccountExportService } from './service.ts';

const access = signedIn();
const url = '/api/users/me/export';

export const accountExportRoutes = (exports: AccountExportService): Route[] => [
  route({
    method: 'POST',
    url,
    access,
    limit: 'auth',
    summary: 'Begin to make a file with everything in one’s account; asks for the password or a code',
    body: proofBody,
    reply: accountExport,
    status: 202,
    handle: ({ actor, body }) => exports.begin(actor, body),
  }),
  route({
    method: 'GET',
    url,
    access,
    // Asked again and again while it is made.
    limit: { cost: 0.1 },
    summary: 'How far the file with everything in one’s account is',
    reply: accountExport,
    handle: ({ actor }) => exports.state(actor),
  }),
  route({
    method: 'DELETE',
    url,
    access,
    summary: 'Stop making that file, or delete it',
    handle: ({ actor }) => exports.cancel(actor),
  }),
  route({
    method: 'GET',
    url: `${url}/content`,
    access,
    limit: { cost: 10 },
    summary: 'Download that file: a zip, kept for a day',
    reply: 'raw',
    async handle({ actor, reply }) {
      const { size, open } = await exports.content(actor);
      return reply
        .headers({
          'content-type': 'application/zip',
          'content-disposition': 'attachment; filename="carrel-account.zip"',
          'content-length': size,
          'cache-control': 'private, no-store',
          'x-content-type-options': 'nosniff',
        })
        .send(await open());
    },
  }),
];
