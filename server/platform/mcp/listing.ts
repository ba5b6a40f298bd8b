import { z } from 'zod';
import type { McpTool } from './driver.ts';

/** Tools of one server; more fill the model's window and help nobody. */
export const MAX_TOOLS = 128;
/** Letters of what a tool says of itself, and of its schema. */
const MAX_DESCRIPTION = 4_000;
const MAX_SCHEMA = 32_000;
/** Letters of a whole listing. */
const MAX_LISTING = 500_000;

const listed = z.object({
  name: z.string().min(1).max(256),
  title: z.string().optional(),
  description: z.string().optional(),
  inputSchema: z.record(z.string(), z.unknown()).optional(),
  annotations: z.object({ title: z.string().optional(), readOnlyHint: z.boolean().optional() }).optional(),
});
const page = z.object({ tools: z.array(z.unknown()), nextCursor: z.string().min(1).max(10_000).optional() });

export type ListingPage = { tools: McpTool[]; nextCursor: string | undefined };

/** One page of a listing; tools that cannot be understood are left out. Undefined where it is no listing. */
export function readListing(result: unknown): ListingPage | undefined {
  const { data } = page.safeParse(result);
  return data && { tools: data.tools.flatMap(readTool), nextCursor: data.nextCursor };
}

function readTool(given: unknown): McpTool[] {
  const { data } = listed.safeParse(given);
  if (!data) return [];
  const schema = { ...data.inputSchema, type: 'object', properties: data.inputSchema?.['properties'] ?? {} };
  if (JSON.stringify(schema).length > MAX_SCHEMA) return [];
  return [
    {
      name: data.name,
      title: (data.title || data.annotations?.title || data.name).slice(0, 200),
      description: (data.description ?? '').slice(0, MAX_DESCRIPTION),
      parameters: schema,
      readOnly: data.annotations?.readOnlyHint ?? false,
    },
  ];
}

/** The first of these that fit together. */
export function withinRoom(tools: readonly McpTool[]): McpTool[] {
  let left = MAX_LISTING;
  return tools.slice(0, MAX_TOOLS).filter((tool) => {
    left -= JSON.stringify(tool).length;
    return left >= 0;
  });
}
