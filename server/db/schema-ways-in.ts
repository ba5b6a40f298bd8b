import type { Flag } from './schema.ts';

/** Who a person is to somebody who vouches for people: an OIDC issuer, a directory, a proxy. */
export type Identities = {
  id: string;
  /** SHA-256 over method, issuer and subject: one person each. */
  mark: string;
  user_id: string;
  method: 'oidc' | 'ldap' | 'header';
  /** By which of the configured ways. */
  provider: string;
  issuer: string;
  subject: string;
  /** As it was said last; to show only. */
  email: string | null;
  /** JSON: string[]; the groups that the person is in because of it. */
  group_ids: string;
  created_at: number;
  last_used_at: number;
};

/** A WebAuthn credential. */
export type Passkeys = {
  id: string;
  user_id: string;
  /** SHA-256 of the credential's id, hex: ids can be longer than an index takes. */
  credential_hash: string;
  /** Base64url. */
  credential_id: string;
  /** COSE key, base64url. */
  public_key: string;
  counter: number;
  /** JSON: string[]. */
  transports: string;
  /** Its keeper syncs it to further devices. */
  backed_up: Flag;
  name: string;
  created_at: number;
  last_used_at: number | null;
};

export type PasskeyChallenges = {
  /** SHA-256 of the challenge, hex. */
  challenge_hash: string;
  purpose: 'add' | 'sign-in' | 'step';
  /** SHA-256, hex, of what it is good for: the person and session, the program, or the sign-in that waits. */
  bound_hash: string;
  expires_at: number;
};

/** A way in by OAuth 2 that an admin has set up. */
export type SignInProviders = {
  id: string;
  /** JSON: see shared/api/sign-in-providers.ts. */
  settings: string;
  /** The client's secret, encrypted. */
  secret: string | null;
  created_at: number;
  updated_at: number;
};

/** Somebody who is at a provider and is to come back. */
export type OauthFlows = {
  /** SHA-256 of `state`, hex. */
  state_hash: string;
  /** SHA-256 of the browser's cookie, hex. */
  browser_hash: string;
  provider: string;
  /** JSON, encrypted: nonce, PKCE verifier, and where to go on. */
  sealed: string;
  expires_at: number;
};

/** By which provider a session began, so that it can be told when the session ends. */
export type SessionOrigins = {
  session_id: string;
  provider: string;
  /** Encrypted. */
  id_token: string;
  /** SHA-256 of provider and the `sid` of its session, hex; null where it names none. */
  sid_hash: string | null;
};

/** Logout tokens of providers that were taken: each works once. */
export type LogoutTokens = { jti_hash: string; expires_at: number };
