import { ldapTest, ldapTestBody } from '../../../shared/api/directories.ts';
import { admin } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import { AppError } from '../../lib/errors.ts';
import type { LdapService } from './service.ts';

export const ldapRoutes = (ldap: LdapService | null): Route[] => [
  route({
    method: 'POST',
    url: '/api/admin/ldap/test',
    access: admin(),
    limit: { name: 'ldap-test', perMinute: 20 },
    summary: 'Ask each LDAP server, and say what fails; with a user name, look for that person',
    body: ldapTestBody,
    reply: ldapTest,
    handle: ({ body }) => {
      if (!ldap)
        throw new AppError('CONFLICT', { message: 'No directory is set up. Set LDAP_URL and start Carrel anew.' });
      return ldap.test(body.username);
    },
  }),
];
