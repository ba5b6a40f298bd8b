import { createHash } from 'node:crypto';
import type { McpTool } from '../../platform/mcp/driver.ts';

/** What every provider takes as the name of a tool: this many of letters, digits, _ and -. */
const LONGEST = 64;
const BETWEEN = '__';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** `server__tool`. A name that cannot stand so gets a mark of its own, so that two of them never become one. */
export function offeredAs(slug: string, tool: string): string {
  const plain = `${slug}${BETWEEN}${tool}`;
  if (plain.length <= LONGEST && /^[\w-]+$/.test(plain)) return plain;
  const tail = `_${sha256(tool).slice(0, 8)}`;
  return plain.replace(/[^\w-]/g, '_').slice(0, LONGEST - tail.length) + tail;
}

/** The server that a name of a tool belongs to; undefined for a built-in one. */
export function slugIn(name: string): string | undefined {
  const at = name.indexOf(BETWEEN);
  return at > 0 ? name.slice(0, at) : undefined;
}

/** What a tool is: changes with anything that a model or a person judges it by. */
export const markOf = ({ name, description, parameters }: McpTool): string =>
  sha256(JSON.stringify([name, description, parameters])).slice(0, 32);
