import type { McpAuth } from '../../../shared/api/mcp.ts';
import type { McpConnection } from '../../config/mcp.ts';
import type { McpTool } from '../../platform/mcp/driver.ts';

/** What this instance is called at an authorisation server. */
export type OauthClient = {
  id: string;
  secret: string | null;
  /** It was registered by itself, at this issuer; null: an admin typed it. */
  registeredAt: string | null;
};

/** What somebody's sign-in gave. */
export type Tokens = {
  access: string;
  refresh: string | null;
  /** Null: it was not said. */
  expiresAt: number | null;
  issuer: string;
  /** For whom the tokens are (RFC 8707). */
  resource: string;
  client: OauthClient;
};

/** A server with all that is known of it, secrets in the clear. */
export type McpServer = {
  id: string;
  slug: string;
  name: string;
  source: 'stored' | 'configuration';
  connection: McpConnection;
  auth: McpAuth;
  client: OauthClient | null;
  scopes: string | null;
  tokens: Tokens | null;
  enabled: boolean;
  timeoutMs: number | null;
  toolNames: readonly string[] | null;
  unasked: Readonly<Record<string, string>>;
  groupIds: readonly string[] | null;
  listed: readonly McpTool[] | null;
  listedAt: number | null;
  createdAt: number | null;
  updatedAt: number;
};

/** Whose sign-in a call uses: the id of a person, or `all`. */
export type Owner = string;
