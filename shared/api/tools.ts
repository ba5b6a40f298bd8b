import { z } from 'zod';
import { whole } from './common.ts';

export const toolName = z.string().min(1).max(128);
/** Names of tools that an answer may call; false: none. */
export const toolChoice = z.union([z.array(toolName).max(64), z.literal(false)]);

/** As the model gave them; what was no JSON object is in one field, `unreadable_arguments`. */
export const toolArguments = z.record(z.string(), z.unknown());

/** A picture or sound that a tool gave, kept as a file of the person. */
export const toolFile = z.object({ id: z.string(), filename: z.string(), content_type: z.string() });
export type ToolFile = z.infer<typeof toolFile>;

/** A tool that an answer called. */
export const toolPart = z.object({
  type: z.literal('tool'),
  id: z.string(),
  name: z.string(),
  arguments: toolArguments,
  /** Calls of one round were made together, the first in round 0. */
  round: z.number().int(),
  /** How much of the answer's text stood there already, in UTF-16 units. */
  at: z.number().int(),
  /** Null: nobody had to be asked. */
  approval: z.enum(['asked', 'allowed', 'denied']).nullable(),
  /** Null: it is still running, or never ended. */
  result: z.object({ content: z.string(), is_error: z.boolean(), files: z.array(toolFile).optional() }).nullable(),
});
export type ToolPart = z.infer<typeof toolPart>;

export const approveBody = z.strictObject({
  tool_call_id: z.string().min(1).max(190),
  allow: z.boolean(),
  /** With `allow`: this tool is not asked about again in this conversation. */
  always: z.boolean().optional(),
});
export type ApproveBody = z.infer<typeof approveBody>;
export const approveReply = z.object({ tool_call_id: z.string(), allow: z.boolean() });

export const tool = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  /** Whether the person is asked before it runs. `sometimes`: only where it would reach what they did not name themselves. */
  asks: z.enum(['never', 'sometimes', 'always']),
  /** The MCP server that it comes from; null: it is built in. */
  server: z.object({ id: z.string(), name: z.string() }).nullable(),
});
export type Tool = z.infer<typeof tool>;
export const toolList = whole(tool);
