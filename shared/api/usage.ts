import { z } from 'zod';
import { id } from './common.ts';

const day = z.iso.date();

export const usageGroups = ['day', 'model', 'user'] as const;
export type UsageGroup = (typeof usageGroups)[number];

const range = {
  /** Days (UTC), both counted; the last 30 by default. */
  from: day.optional(),
  to: day.optional(),
  model: z.string().max(300).optional(),
};
export const ownUsageQuery = z.object({ ...range, group_by: z.enum(['day', 'model']).default('day') });
export const usageQuery = z.object({
  ...range,
  user_id: id.optional(),
  group_by: z.enum(usageGroups).default('day'),
});

const counts = {
  messages: z.number().int(),
  prompt_tokens: z.number().int(),
  completion_tokens: z.number().int(),
  total_tokens: z.number().int(),
  /** Millionths of the currency of the prices, by the price at the time of each call. */
  cost: z.number().int(),
};

/** Of `day`, `model` and `user`, the one that it is grouped by is there. */
export const usageItem = z.object({
  day: day.optional(),
  model: z.string().optional(),
  user: z.object({ id, name: z.string(), email: z.string() }).optional(),
  ...counts,
});
export type UsageItem = z.infer<typeof usageItem>;

export const usageReport = z.object({
  from: day,
  to: day,
  totals: z.object(counts),
  /** Days in order; models and people by their tokens, the largest first, 100 at most. */
  items: z.array(usageItem),
  next_cursor: z.null(),
});
export type UsageReport = z.infer<typeof usageReport>;
