import type { Step } from './connection.ts';

const byCode: Record<string, string> = {
  ECONNREFUSED: 'Nothing listens at this address and port.',
  ENOTFOUND: 'There is no computer of this name.',
  EAI_AGAIN: 'The name could not be looked up.',
  EHOSTUNREACH: 'The computer cannot be reached from here.',
  ENETUNREACH: 'The network cannot be reached from here.',
  ECONNRESET: 'The server closed the connection.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'Its certificate is signed by itself. Name it in LDAP_CA_FILE.',
  SELF_SIGNED_CERT_IN_CHAIN: 'Its certificate is signed by somebody who is not known here. Name them in LDAP_CA_FILE.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'Its certificate is signed by somebody who is not known here. Name them in LDAP_CA_FILE.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'Its certificate is signed by somebody who is not known here. Name them in LDAP_CA_FILE.',
  CERT_HAS_EXPIRED: 'Its certificate has expired.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'Its certificate is for another name than that in LDAP_URL.',
};

const refused: Record<Step, string> = {
  connect: 'The server refused the connection.',
  tls: 'The server does not offer encryption (StartTLS). Use ldaps://, or set LDAP_TLS=none on a network that nobody listens to.',
  bind: 'The server does not take LDAP_BIND_DN with LDAP_BIND_PASSWORD.',
  search: 'The server does not let Carrel search below LDAP_SEARCH_BASE, or there is no such entry.',
  groups: 'The server does not let Carrel search below LDAP_GROUP_BASE, or there is no such entry.',
};

/** What failed at an LDAP server, for the admin: what it was, and what to look at. */
export function failureInWords(step: Step, cause: unknown, isAnswer: boolean): string {
  if (isAnswer) return refused[step];
  const { code, message = '' } = (cause ?? {}) as { code?: string; message?: string };
  const known = code === undefined ? undefined : byCode[code];
  if (known !== undefined) return known;
  if (/time(d )?out/i.test(message)) return 'The server does not answer in time (LDAP_TIMEOUT_MS).';
  return `The connection failed${code === undefined ? '' : ` (${code})`}.`;
}
