import { z } from 'zod';
import { id, timestamp, whole } from './common.ts';

const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^\P{Cc}*$/u, 'One line of text, please.');
/** As it is sent, or as it was shown: then nothing changes. */
const secret = z.string().trim().min(1).max(4_000);
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, 'This is not the name of a header.');
const toolNames = z.array(z.string().min(1).max(256)).max(256);

/** What the names of its tools begin with, as in `wiki__search`. */
export const mcpSlug = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'Lower-case letters, digits and dashes.')
  .max(24);

/** Who signs in at the server: nobody, an admin for all, or each person for themselves. */
export const mcpAuths = ['none', 'shared', 'each'] as const;
export type McpAuth = (typeof mcpAuths)[number];

const rules = {
  enabled: z.boolean(),
  /** The tools that are offered, as the server calls them; null: all. */
  tools: toolNames.nullable(),
  /** Those that run without asking the person. All others ask. */
  unasked: toolNames,
  /** Null: everyone. */
  group_ids: z.array(id).max(100).nullable(),
  /** Milliseconds that a call may take. */
  timeout_ms: z.number().int().min(1_000).max(600_000).nullable(),
};
const connection = {
  name: line(100).min(1),
  url: z.string().trim().min(1).max(2_000),
  headers: z
    .record(headerName, secret)
    .refine((headers) => Object.keys(headers).length <= 50, 'Fifty headers at most.'),
  auth: z.enum(mcpAuths),
  /** The client that an admin has registered at the authorisation server; without one, it is registered by itself. */
  client_id: line(500).min(1).nullable(),
  client_secret: secret.nullable(),
  /** Separated by spaces; null: what the server asks for. */
  scopes: line(1_000).nullable(),
};
/** Programs are started by the configuration alone. That they cannot be sent is said in words of its own. */
const programs = {
  transport: z.enum(['http', 'streamable_http', 'streamable-http', 'stdio']),
  command: z.unknown(),
  args: z.unknown(),
  env: z.unknown(),
  cwd: z.unknown(),
};

export const mcpServerBody = z
  .strictObject({ ...connection, ...rules, ...programs, slug: mcpSlug })
  .partial()
  .required({ name: true });
export type McpServerBody = z.infer<typeof mcpServerBody>;
export const mcpServerPatch = z.strictObject({ ...connection, ...rules, ...programs }).partial();
export type McpServerPatch = z.infer<typeof mcpServerPatch>;
export const mcpParams = z.object({ id: z.string().min(1).max(100) });

export const mcpListedTool = z.object({
  /** As the server calls it. */
  name: z.string(),
  /** As models and `tools` of a chat call it. */
  offered_as: z.string(),
  title: z.string(),
  description: z.string(),
  /** The server says that it changes nothing: a hint, no promise. */
  read_only: z.boolean(),
  offered: z.boolean(),
  asks: z.boolean(),
  /** It was to run without asking, and is another since: it asks again. */
  changed: z.boolean(),
});
export type McpListedTool = z.infer<typeof mcpListedTool>;

export const adminMcpServer = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  /** `configuration`: the connection comes from MCP_CONFIG and cannot be changed here. */
  source: z.enum(['stored', 'configuration']),
  transport: z.enum(['http', 'stdio']),
  url: z.string().nullable(),
  /** Of a program: what is started. */
  command: z.string().nullable(),
  /** Values masked. */
  headers: z.record(z.string(), z.string()),
  auth: z.enum(mcpAuths),
  client_id: z.string().nullable(),
  /** Masked. */
  client_secret: z.string().nullable(),
  scopes: z.string().nullable(),
  /** Where the authorisation server sends people back to. */
  redirect_uri: z.string(),
  /** Whether an admin is signed in for all; null where that is not how it works. */
  connected: z.boolean().nullable(),
  enabled: z.boolean(),
  tools: z.array(z.string()).nullable(),
  unasked: z.array(z.string()),
  group_ids: z.array(z.string()).nullable(),
  timeout_ms: z.number().nullable(),
  /** What it listed last. */
  listed_tools: z.array(mcpListedTool),
  listed_at: timestamp.nullable(),
  created_at: timestamp.nullable(),
  updated_at: timestamp.nullable(),
});
export type AdminMcpServer = z.infer<typeof adminMcpServer>;
export const adminMcpServers = whole(adminMcpServer);

export const mcpTest = z.object({
  ok: z.boolean(),
  /** What it says it is. */
  server: z.object({ name: z.string(), version: z.string() }).nullable(),
  tools: z.array(mcpListedTool),
  /** Somebody has to sign in there first. */
  needs_sign_in: z.boolean(),
  error: z.string().nullable(),
  suggestion: z.string().nullable(),
  latency_ms: z.number(),
});
export type McpTest = z.infer<typeof mcpTest>;

/** A server as those see it who may use its tools. */
export const mcpServer = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  auth: z.enum(mcpAuths),
  /** Whether the person is signed in there; null where they need not be. */
  connected: z.boolean().nullable(),
});
export type McpServer = z.infer<typeof mcpServer>;
export const mcpServers = whole(mcpServer);
/** Where the browser goes to sign in. */
export const mcpConnect = z.object({ url: z.string() });
