import type { Vouched } from '../identities/service.ts';
import type { Told } from './issuers.ts';
import type { Provider } from './providers.ts';

const MOST_VALUES = 500;

/** A claim by its name, or by a path into objects (`realm_access.roles`). */
function claimAt(claims: Record<string, unknown>, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let at: unknown = claims;
  for (const part of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<string, unknown>)[part];
  }
  return at;
}

const text = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value : null);

const list = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((one) => text(one) ?? []).slice(0, MOST_VALUES);

/** Claims without which a provider is asked for more than its ID token. */
export const neededClaims = ({ settings: { groups_claim: groups, role_claim: role } }: Provider): string[] =>
  ['email', groups, role].flatMap((claim) => claim?.split('.')[0] ?? []);

/** What a provider's claims mean here. */
export function vouchedBy({ id, settings }: Provider, { claims, issuer, subject }: Told): Vouched {
  const { groups_claim: groups, role_claim: role } = settings;
  // Entra names no groups, but a place to ask, where somebody is in very many: nothing is known then, not that there are none.
  const isElsewhere = typeof claims['_claim_names'] === 'object' && groups !== null && !(groups in claims);
  const roles = role === null ? [] : list(claimAt(claims, role));
  return {
    method: 'oidc',
    provider: id,
    issuer,
    subject,
    email: text(claims['email'])?.trim().toLowerCase() ?? null,
    // Some write it as text.
    emailVerified: settings.trust_email || claims['email_verified'] === true || claims['email_verified'] === 'true',
    linkByEmail: settings.link_by_email,
    name: text(claims['name']) ?? text(claims['given_name']),
    username: text(claimAt(claims, settings.username_claim)),
    groups: groups === null || isElsewhere ? null : list(claimAt(claims, groups)),
    role: role === null ? null : roles.some((value) => settings.admin_values.includes(value)) ? 'admin' : 'user',
  };
}
