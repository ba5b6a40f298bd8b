import {
  mayTrustEmail,
  providerDefaults,
  providerSettings,
  type ProviderSettings,
} from '../../shared/api/sign-in-providers.ts';
import { ConfigError } from './config-error.ts';
import type { Environment } from './environment.ts';
import * as v from './values.ts';

/** A sign-in provider that the environment names. */
export type EnvironmentProvider = { id: string; secret: string | null; settings: ProviderSettings };

/** GOOGLE_*, MICROSOFT_* and OAUTH_*: each where its client id is there. */
export function oauthProviders(from: Environment): EnvironmentProvider[] {
  return [google(from), microsoft(from), oidc(from)].filter((provider) => provider !== null);
}

function google(from: Environment): EnvironmentProvider | null {
  const clientId = from.get('GOOGLE_CLIENT_ID', v.text('1234.apps.googleusercontent.com'));
  const secret = from.secret('GOOGLE_CLIENT_SECRET', v.text('…'));
  if (clientId === undefined) return null;
  const settings = { ...providerDefaults, name: 'Google', issuer: 'https://accounts.google.com', client_id: clientId };
  return { id: 'google', secret: secret ?? null, settings };
}

function microsoft(from: Environment): EnvironmentProvider | null {
  const clientId = from.get('MICROSOFT_CLIENT_ID', v.text('00000000-0000-0000-0000-000000000000'));
  const secret = from.secret('MICROSOFT_CLIENT_SECRET', v.text('…'));
  const tenant = from.get('MICROSOFT_TENANT_ID', v.text('common')) ?? 'common';
  if (clientId === undefined) return null;
  const issuer = `https://login.microsoftonline.com/${encodeURIComponent(tenant)}/v2.0`;
  const settings = { ...providerDefaults, name: 'Microsoft', issuer, client_id: clientId };
  // An organisation's own directory answers for the addresses in it; it does not say so in its tokens.
  return { id: 'microsoft', secret: secret ?? null, settings: { ...settings, trust_email: isOwnTenant(issuer) } };
}

const isOwnTenant = (issuer: string): boolean => mayTrustEmail({ issuer, trust_email: true });

function oidc(from: Environment): EnvironmentProvider | null {
  const issuer = from.get('OAUTH_ISSUER', v.webUrl('https://id.example.org/realms/main'));
  const clientId = from.get('OAUTH_CLIENT_ID', v.text('carrel'));
  const secret = from.secret('OAUTH_CLIENT_SECRET', v.text('…'));
  const settings: Omit<ProviderSettings, 'issuer' | 'client_id'> = {
    ...providerDefaults,
    name: from.get('OAUTH_NAME', v.text('Example ID')) ?? 'Single sign-on',
    scopes: from.get('OAUTH_SCOPES', v.text('openid email profile')) ?? providerDefaults.scopes,
    username_claim: from.get('OAUTH_USERNAME_CLAIM', v.text('preferred_username')) ?? providerDefaults.username_claim,
    groups_claim: from.get('OAUTH_GROUPS_CLAIM', v.text('groups')) ?? null,
    role_claim: from.get('OAUTH_ROLE_CLAIM', v.text('realm_access.roles')) ?? null,
    admin_values: (from.get('OAUTH_ADMIN_VALUES', v.text('carrel-admin')) ?? '')
      .split(',')
      .flatMap((item) => item.trim() || []),
    link_by_email: from.get('OAUTH_LINK_BY_EMAIL', v.flag('true')) ?? false,
    trust_email: from.get('OAUTH_TRUST_EMAIL', v.flag('true')) ?? false,
  };
  if (issuer === undefined && clientId === undefined) return null;
  if (issuer === undefined || clientId === undefined)
    throw issuer === undefined
      ? ConfigError.because('OAUTH_ISSUER', 'is missing, and OAUTH_CLIENT_ID is set. Set both, or none.')
      : ConfigError.because('OAUTH_CLIENT_ID', 'is missing, and OAUTH_ISSUER is set. Set both, or none.');
  // Compared to the letter with what the issuer says of itself: no slash is added.
  const given = issuer.pathname === '/' ? issuer.origin : issuer.href;
  if (!providerSettings.shape.issuer.safeParse(given).success)
    throw ConfigError.because(
      'OAUTH_ISSUER',
      'must begin with https://: what comes from there says who people are. Example: OAUTH_ISSUER=https://id.example.org/realms/main',
    );
  return { id: 'oidc', secret: secret ?? null, settings: { ...settings, issuer: given, client_id: clientId } };
}
