import { z } from 'zod';
import { id, whole } from './common.ts';

/** A piece of a source that was found for a question, the same wherever passages are shown. */
export const passage = z.object({
  /** `web`: a page that was found for this question alone; `url` says where it is. */
  source: z.object({ kind: z.enum(['file', 'web']), id, title: z.string(), url: z.string().optional() }),
  /** 1-based; absent where the source has no pages. */
  page: z.number().int().optional(),
  /** Where it stands among the passages of its file, from 0; absent where it is not one of them, and in answers written before this was kept. */
  ordinal: z.number().int().min(0).optional(),
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
  /** Millionths of the currency of the prices, by the price when it was used. Where an admin had said one. */
  cost: z.number().int().optional(),
});
export type TokenUsage = z.infer<typeof tokenUsage>;

/** A question of a collection. */
export const passageQuery = z.strictObject({
  q: z.string().trim().min(1).max(2_000),
  limit: z.number().int().min(1).max(50).default(10),
});
/** Without a scope, all that one may read. */
export const searchBody = passageQuery.extend({
  scope: z
    .strictObject({ collection_ids: z.array(id).max(50).optional(), file_ids: z.array(id).max(200).optional() })
    .optional(),
});
export const searchReply = whole(passage);
