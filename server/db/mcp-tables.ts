import type { Flag } from './schema.ts';

/**
 * A server whose tools answers may call (MCP). Without an address it is one of the configuration, and the row holds what an
 * admin has said about it.
 */
export type McpServers = {
  id: string;
  /** What the names of its tools begin with. */
  slug: string;
  name: string;
  url: string | null;
  /** Encrypted JSON: Record<string, string>. */
  headers: string | null;
  /** Who signs in there: nobody, an admin for all, or each person for themselves. */
  auth: 'none' | 'shared' | 'each';
  /** Encrypted JSON: the client that this instance is at the authorisation server. */
  client: string | null;
  scopes: string | null;
  /** Encrypted JSON: the tokens of the admin who signed in for all. */
  tokens: string | null;
  enabled: Flag;
  timeout_ms: number | null;
  /** JSON: string[], the tools that are offered; null: all. */
  tool_names: string | null;
  /** JSON: Record<string, string>, tools that run without asking, each with the mark of what it was when that was decided. */
  unasked: string;
  /** JSON: string[]; null: everyone. */
  group_ids: string | null;
  /** JSON: what it listed last; null: nothing yet. */
  tools: string | null;
  listed_at: number | null;
  created_at: number;
  updated_at: number;
};

/** A person's own sign-in at a server. */
export type McpConnections = {
  server_id: string;
  user_id: string;
  /** Encrypted JSON. */
  tokens: string;
  /** JSON: what it listed last to this person. */
  tools: string | null;
  listed_at: number | null;
  created_at: number;
  updated_at: number;
};
