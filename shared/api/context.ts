import { z } from 'zod';
import { id } from './common.ts';

/** What stands for the older turns of a conversation that do not fit before a model any more. */
export const contextSummary = z.object({
  text: z.string(),
  /** The last message that it stands for, and how many there are. */
  until: id,
  turns: z.number().int(),
  /** How many still older ones it leaves out: they were too many even for a summary. */
  omitted: z.number().int(),
});
export type ContextSummary = z.infer<typeof contextSummary>;

export const contextQuery = z.object({
  /** Where the next question would stand; absent, below the newest message. */
  message_id: id.optional(),
  /** Absent, the one that would answer. */
  model: z.string().min(1).max(300).optional(),
});

export const contextParts = ['summary', 'messages', 'memories', 'answer'] as const;
/** How full the model's window is. Tokens; `answer` is the room that is kept for what it writes. */
export const contextReply = z.object({
  model: z.string(),
  used: z.number().int(),
  limit: z.number().int(),
  /** The provider does not say how large the window is; this is what is taken for it. */
  assumed: z.boolean(),
  parts: z.array(z.object({ kind: z.enum(contextParts), tokens: z.number().int() })),
  /** What stands for older turns now. */
  summary: contextSummary.nullable(),
});
export type ContextReply = z.infer<typeof contextReply>;

/** Questions that may come next, three at most. */
export const followUpsReply = z.object({ items: z.array(z.string()) });
