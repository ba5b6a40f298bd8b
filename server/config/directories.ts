import type { Config } from '../config.ts';
import { ConfigError } from './config-error.ts';
import type { Environment } from './environment.ts';
import * as v from './values.ts';

/** Who else knows the people: directories, and a proxy that signs them in. */
export function directories(
  from: Environment,
  trustedProxies: readonly string[],
  mode: Config['auth']['mode'],
): Pick<Config, 'ldap' | 'trustedHeader' | 'scim'> {
  return {
    ldap: ldap(from),
    trustedHeader: trustedHeader(from, trustedProxies, mode),
    scim: { adminGroups: from.get('SCIM_ADMIN_GROUPS', v.nameList('carrel-admins')) ?? [] },
  };
}

const ATTRIBUTES = { mail: 'mail', name: 'cn', username: 'uid', id: 'entryUUID' };

function ldap(from: Environment): Config['ldap'] {
  const urls = from.get('LDAP_URL', v.ldapUrls('ldaps://ldap.example.org'));
  const base = from.get('LDAP_SEARCH_BASE', v.text('ou=people,dc=example,dc=org'));
  const filter = from.get('LDAP_SEARCH_FILTER', v.template('username', '(uid={{username}})'));
  const bindDn = from.get('LDAP_BIND_DN', v.text('cn=carrel,dc=example,dc=org'));
  const bindPassword = from.secret('LDAP_BIND_PASSWORD', v.text('…'));
  const groupBase = from.get('LDAP_GROUP_BASE', v.text('ou=groups,dc=example,dc=org'));
  const groupFilter = from.get('LDAP_GROUP_FILTER', v.text('(member={{dn}})'));
  const name = (variable: string, usual: string) => from.get(variable, v.attributeName(usual)) ?? usual;
  const settings = {
    tls: from.get('LDAP_TLS', v.choice(['starttls', 'none'], 'starttls')) ?? 'starttls',
    ca: from.secret('LDAP_CA', v.text('/etc/ssl/certs/company.pem')),
    attributes: {
      mail: name('LDAP_ATTRIBUTE_MAIL', ATTRIBUTES.mail),
      name: name('LDAP_ATTRIBUTE_NAME', ATTRIBUTES.name),
      username: name('LDAP_ATTRIBUTE_USERNAME', ATTRIBUTES.username),
      id: name('LDAP_ATTRIBUTE_ID', ATTRIBUTES.id),
    },
    groupAttribute: name('LDAP_GROUP_ATTRIBUTE', 'cn'),
    groupMap: from.get('LDAP_GROUP_MAP', v.nameMap('staff=Everybody,it=Operators')) ?? new Map<string, string>(),
    adminGroups: from.get('LDAP_ADMIN_GROUPS', v.nameList('carrel-admins')) ?? [],
    timeoutMs: from.get('LDAP_TIMEOUT_MS', v.integer(100, 60_000, 5_000)) ?? 5_000,
    signup: from.get('LDAP_SIGNUP', v.flag('true')) ?? true,
  };
  if (urls === undefined) return null;
  if (base === undefined)
    throw ConfigError.because(
      'LDAP_SEARCH_BASE',
      'is needed where LDAP_URL is set: below which entry people are. Example: LDAP_SEARCH_BASE=ou=people,dc=example,dc=org',
    );
  if ((bindDn === undefined) !== (bindPassword === undefined))
    throw ConfigError.because(
      bindDn === undefined ? 'LDAP_BIND_DN' : 'LDAP_BIND_PASSWORD',
      'is missing, and the other of LDAP_BIND_DN and LDAP_BIND_PASSWORD is set. Set both, or none to search anonymously.',
    );
  if (settings.adminGroups.length > 0 && groupBase === undefined)
    throw ConfigError.because(
      'LDAP_GROUP_BASE',
      'is needed where LDAP_ADMIN_GROUPS is set: below which entry groups are.',
    );
  return {
    urls,
    base,
    filter: filter ?? '(|(uid={{username}})(mail={{username}}))',
    bind: bindDn === undefined || bindPassword === undefined ? null : { dn: bindDn, password: bindPassword },
    groups:
      groupBase === undefined
        ? null
        : { base: groupBase, filter: groupFilter ?? '(|(member={{dn}})(uniqueMember={{dn}})(memberUid={{username}}))' },
    ...settings,
  };
}

function trustedHeader(
  from: Environment,
  trustedProxies: readonly string[],
  mode: Config['auth']['mode'],
): Config['trustedHeader'] {
  const header = from.get('TRUSTED_AUTH_HEADER', v.identityHeader('X-Forwarded-Email'));
  const settings = {
    emailHeader: from.get('TRUSTED_AUTH_EMAIL_HEADER', v.identityHeader('Remote-Email')) ?? null,
    nameHeader: from.get('TRUSTED_AUTH_NAME_HEADER', v.identityHeader('Remote-Name')) ?? null,
    groupsHeader: from.get('TRUSTED_AUTH_GROUPS_HEADER', v.identityHeader('Remote-Groups')) ?? null,
    adminGroups: from.get('TRUSTED_AUTH_ADMIN_GROUPS', v.nameList('carrel-admins')) ?? [],
    signOutUrl: from.get('TRUSTED_AUTH_SIGN_OUT_URL', v.signOutUrl('https://auth.example.org/logout')) ?? null,
    signup: from.get('TRUSTED_AUTH_SIGNUP', v.flag('true')) ?? true,
  };
  if (header === undefined) return null;
  if (trustedProxies.length === 0)
    throw ConfigError.because(
      'TRUSTED_PROXIES',
      'is needed where TRUSTED_AUTH_HEADER is set: without it anybody could send that header. Example: TRUSTED_PROXIES=127.0.0.1',
    );
  if (mode === 'bearer')
    throw ConfigError.because(
      'AUTH_MODE',
      'bearer has no session cookie, which TRUSTED_AUTH_HEADER needs. Use auto or session.',
    );
  const names = [header, settings.emailHeader, settings.nameHeader, settings.groupsHeader].filter(
    (name) => name !== null,
  );
  if (new Set(names).size < names.length)
    throw ConfigError.because('TRUSTED_AUTH_HEADER', 'and the headers beside it must have names of their own.');
  return { header, ...settings };
}
