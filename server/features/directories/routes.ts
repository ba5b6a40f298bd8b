import { directories } from '../../../shared/api/directories.ts';
import type { Config } from '../../config.ts';
import { admin } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';

type Deps = {
  config: Pick<Config, 'ldap' | 'trustedHeader' | 'trustedProxies'>;
  isTrusted: (address: string | undefined) => boolean;
};

/** How people come from elsewhere, for the admin's page. */
export const directoriesRoutes = ({ config, isTrusted }: Deps): Route[] => [
  route({
    method: 'GET',
    url: '/api/admin/directories',
    access: admin(),
    summary: 'Which directories and proxies know the people, as the environment says; no secrets',
    reply: directories,
    handle: ({ request }) => {
      const { ldap, trustedHeader: header, trustedProxies: proxies } = config;
      return {
        ldap: ldap && {
          servers: [...ldap.urls],
          encrypted: ldap.tls === 'starttls' || ldap.urls.every((url) => url.startsWith('ldaps:')),
          search_base: ldap.base,
          groups: ldap.groups !== null,
          admin_groups: [...ldap.adminGroups],
          signup: ldap.signup,
        },
        trusted_header: header && {
          header: header.header,
          proxies: [...proxies],
          admin_groups: [...header.adminGroups],
          sign_out_url: header.signOutUrl,
          signup: header.signup,
          now: { trusted: isTrusted(request.socket.remoteAddress), value: request.claim?.subject ?? null },
        },
      };
    },
  }),
];
