import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { slugOf } from '../lib/slug.ts';
import { ConfigError } from './config-error.ts';
import type { Environment } from './environment.ts';
import * as v from './values.ts';

/** A program that this machine runs. Its environment is `env` and PATH. */
export type McpProgram = {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string | undefined;
};
export type McpConnection =
  { kind: 'http'; url: string; headers: Readonly<Record<string, string>> } | { kind: 'stdio'; program: McpProgram };

/** A server that the configuration names; `slug` is what the names of its tools begin with. */
export type ConfiguredMcpServer = { slug: string; name: string; connection: McpConnection };

const texts = z.record(z.string(), z.string());
const program = z.object({
  type: z.literal('stdio').optional(),
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: texts.default({}),
  cwd: z.string().optional(),
  disabled: z.boolean().optional(),
});
const remote = z.object({
  type: z.enum(['http', 'streamable-http', 'streamableHttp']).optional(),
  url: z.url({ protocol: /^https?$/ }),
  headers: texts.default({}),
  disabled: z.boolean().optional(),
});
const file = z.object({
  mcpServers: z.record(z.string().min(1).max(100), z.union([program, remote])),
});

/** The servers of the file that MCP_CONFIG names, in the shape `{"mcpServers": {"name": {…}}}`. `${NAME}` is a variable. */
export function mcpServers(from: Environment, cwd: string): ConfiguredMcpServer[] {
  const path = from.get('MCP_CONFIG', v.text('/etc/carrel/mcp.json'));
  if (path === undefined) return [];
  const given = file.safeParse(jsonIn(resolve(cwd, path)));
  if (!given.success) {
    const [issue] = given.error.issues;
    const where = issue?.path.join('.');
    throw ConfigError.because(
      'MCP_CONFIG',
      `names a file in which ${where || 'the whole'} is not right. Each of "mcpServers" has a name, and either "command" or "url". Example: {"mcpServers": {"wiki": {"url": "https://mcp.example.org/mcp"}}}`,
    );
  }
  const filled = (text: string): string =>
    text.replace(/\$\{([A-Za-z_]\w*)\}/g, (_whole, name: string) => {
      const value = from.get(name, v.text('…'));
      if (value === undefined) throw ConfigError.because('MCP_CONFIG', `names the variable ${name}, which is not set.`);
      return value;
    });
  const filledAll = (all: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(all).map(([name, value]) => [name, filled(value)]));
  const slugs = new Set<string>();
  const slugFor = (name: string): string => {
    const slug = slugOf(name, 24);
    if (!slug || slugs.has(slug))
      throw ConfigError.because('MCP_CONFIG', `names a server “${name}”, which is too like another or has no letters.`);
    slugs.add(slug);
    return slug;
  };
  const wanted = Object.entries(given.data.mcpServers).filter(([, { disabled }]) => !disabled);
  return wanted.map(([name, server]) => ({
    slug: slugFor(name),
    name,
    connection:
      'command' in server
        ? {
            kind: 'stdio',
            program: {
              command: filled(server.command),
              args: server.args.map(filled),
              env: filledAll(server.env),
              cwd: server.cwd,
            },
          }
        : { kind: 'http', url: filled(server.url), headers: filledAll(server.headers) },
  }));
}

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw ConfigError.because(
      'MCP_CONFIG',
      `names a file that ${code ? `cannot be read (${code})` : 'is not JSON'}: ${path}`,
    );
  }
}
