import { idParams } from '../../../shared/api/common.ts';
import { identities as identitiesAnswer } from '../../../shared/api/identities.ts';
import { signedIn } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { IdentityService } from './service.ts';

/** The accounts elsewhere that sign in to mine. */
export const identityRoutes = (identities: IdentityService): Route[] => [
  route({
    method: 'GET',
    url: '/api/auth/identities',
    access: signedIn(),
    summary: 'Accounts elsewhere that sign in to mine',
    reply: identitiesAnswer,
    handle: ({ actor }) => identities.list(actor),
  }),
  route({
    method: 'DELETE',
    url: '/api/auth/identities/:id',
    access: signedIn(),
    summary: 'Unlink an account elsewhere; never the last way to sign in',
    params: idParams,
    handle: ({ actor, params }) => identities.unlink(actor, params.id),
  }),
];
