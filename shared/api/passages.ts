import { z } from 'zod';
import { id } from './common.ts';

/** A piece of a source that was found for a question, the same wherever passages are shown. */
export const passage = z.object({
  source: z.object({ kind: z.enum(['file']), id, title: z.string() }),
  /** 1-based; absent where the source has no pages. */
  page: z.number().int().optional(),
  text: z.string(),
  /** Higher is better; comparable only within one answer. */
  score: z.number(),
});
export type Passage = z.infer<typeof passage>;

export const tokenUsage = z.object({
  prompt_tokens: z.number().int(),
  completion_tokens: z.number().int(),
  total_tokens: z.number().int(),
  /** Of the prompt: read from a cache. Where the provider tells. */
  cached_tokens: z.number().int().optional(),
  /** Of the completion: thought, not said. Where the provider tells. */
  reasoning_tokens: z.number().int().optional(),
});
export type TokenUsage = z.infer<typeof tokenUsage>;

export const searchBody = z.strictObject({
  q: z.string().trim().min(1).max(2_000),
  limit: z.number().int().min(1).max(50).default(10),
});
export const searchReply = z.object({ items: z.array(passage) });
