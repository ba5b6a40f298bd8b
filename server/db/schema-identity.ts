import type { Role } from '../../shared/permissions.ts';
import type { Flag } from './schema.ts';

export type Users = {
  id: string;
  /** Lower case. */
  email: string;
  username: string | null;
  /** Lower case of `username`: unique without regard to case on every engine. */
  username_key: string | null;
  name: string;
  role: Role;
  is_active: Flag;
  password_hash: string | null;
  email_verified: Flag;
  created_at: number;
  updated_at: number;
  last_active_at: number | null;
  /** Since when a second factor is asked for; null for never. */
  second_factor_at: number | null;
};

/** A signed-in device. Both the cookie and the access tokens made from it die with this row. */
export type Sessions = {
  id: string;
  user_id: string;
  /** SHA-256 of the cookie's secret, hex. */
  token_hash: string;
  user_agent: string;
  ip: string;
  remember: Flag;
  created_at: number;
  last_seen_at: number;
  /** Sliding. */
  idle_expires_at: number;
  absolute_expires_at: number;
};

/** A refresh token of a session. All of one session are a family: what replays a used one ends them all. */
export type RefreshTokens = {
  /** SHA-256 of the token, hex. */
  token_hash: string;
  session_id: string;
  created_at: number;
  expires_at: number;
  /** When it was exchanged for its successor; null while it is the family's newest. */
  used_at: number | null;
};

/** Where somebody has signed in from with success. `mark` is an HMAC over what was typed and the network. */
export type KnownNetworks = { mark: string; user_id: string; seen_at: number };

/** A key that a program of a person carries. */
export type ApiKeys = {
  id: string;
  user_id: string;
  name: string;
  /** What the key begins with; may be shown. */
  prefix: string;
  /** SHA-256 of the key, hex. */
  key_hash: string;
  /** JSON: Scope[]. */
  scopes: string;
  created_at: number;
  /** When this key, after rotations, was made. */
  issued_at: number;
  /** Null never expires. */
  expires_at: number | null;
  last_used_at: number | null;
  /** The key before the last rotation, and until when it lives on. */
  previous_hash: string | null;
  previous_expires_at: number | null;
};

/** What a mailed link stands for. Gone once it was used. */
export type MailTokens = {
  /** SHA-256 of the token, hex. */
  token_hash: string;
  user_id: string;
  kind: 'reset' | 'verify';
  /** The address that it was sent to. */
  email: string;
  created_at: number;
  expires_at: number;
};

/** Mails that a server has taken, so that none goes out twice. */
export type SentMails = { id: string; sent_at: number };

/** Devices that somebody has signed in with. `mark` is an HMAC over the person and the kind of device. */
export type KnownDevices = { mark: string; user_id: string; seen_at: number };

/** A person's TOTP secret. */
export type SecondFactors = {
  user_id: string;
  /** Encrypted. */
  secret: string;
  created_at: number;
  /** Null until a first code has shown that the app has the secret. */
  confirmed_at: number | null;
  /** The newest time step whose code was used. */
  last_step: number;
};

/** A secret for a new phone, that waits for its first code. */
export type FactorMoves = {
  user_id: string;
  /** Encrypted. */
  secret: string;
  expires_at: number;
};

export type BackupCodes = { user_id: string; code_hash: string; created_at: number };

/** Wrong codes in a row, by person. */
export type FactorFailures = { user_id: string; failures: number; last_at: number };

/** A sign-in whose password was right and whose code is still to come. */
export type LoginChallenges = {
  /** SHA-256 of the challenge, hex. */
  challenge_hash: string;
  user_id: string;
  /** SHA-256 of the program that gave the password, hex. */
  client_hash: string;
  remember: Flag;
  expires_at: number;
};
