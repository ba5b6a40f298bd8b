import { resolve } from 'node:path';
import { z } from 'zod';
import type { Kind } from './values.ts';

const servers = ['postgres:', 'postgresql:', 'mysql:', 'mariadb:'];

/** `sqlite:path` (made absolute), `sqlite::memory:`, `postgres://…`, `mysql://…`. May hold a password. */
export const databaseUrl = (cwd: string): Kind<string> => ({
  schema: z.string().transform((value, context): string => {
    const url = normalised(value.trim(), cwd);
    if (url !== undefined) return url;
    context.addIssue('does not fit');
    return z.NEVER;
  }),
  problem: 'is not a database address (sqlite:, postgres:// or mysql://)',
  example: 'postgres://carrel:password@localhost:5432/carrel',
});

function normalised(value: string, cwd: string): string | undefined {
  if (value.startsWith('sqlite:')) {
    // `sqlite:///a/b` is the URL form of the path /a/b.
    const path = value.slice('sqlite:'.length).replace(/^\/\/+/, '/');
    if (path === '' || path === '/') return undefined;
    return path === ':memory:' ? value : `sqlite:${resolve(cwd, path)}`;
  }
  if (!URL.canParse(value)) return undefined;
  const url = new URL(value);
  return servers.includes(url.protocol) && url.hostname !== '' && url.pathname.length > 1 ? value : undefined;
}

/** Host, port and name without user and password: fit to be shown. */
export function describeDatabase(url: string): string {
  if (url.startsWith('sqlite:')) return url.slice('sqlite:'.length);
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
