import type { Flag } from './schema.ts';

/** What a directory shows to change people by SCIM. */
export type ScimTokens = {
  id: string;
  name: string;
  /** SHA-256 of the token, hex. */
  token_hash: string;
  /** Its first characters, to tell it from others. */
  prefix: string;
  created_at: number;
  last_used_at: number | null;
};

/** What a directory knows of a person beyond their account. */
export type ScimUsers = {
  user_id: string;
  user_name: string;
  /** Lower case in compatibility form: unique. */
  user_name_key: string;
  external_id: string | null;
  given_name: string | null;
  family_name: string | null;
  /** 1: the directory made the account. */
  made_here: Flag;
};

/** What a directory calls a group. */
export type ScimGroups = { group_id: string; external_id: string | null };
