import { z } from 'zod';
import { timestamp } from './common.ts';

const limit = z.number().int().min(0).max(1_000_000_000_000).nullable();

/** Null is unlimited, 0 forbids. */
export const quotaBody = z.strictObject({ messages_per_day: limit, tokens_per_day: limit });
export type QuotaBody = z.infer<typeof quotaBody>;

export const groupQuota = z.object({
  messages_per_day: limit,
  tokens_per_day: limit,
  /** `none`: the group says nothing about it. */
  source: z.enum(['own', 'none']),
});
export type GroupQuota = z.infer<typeof groupQuota>;

export const userQuota = z.object({
  messages_per_day: limit,
  tokens_per_day: limit,
  /** Whose limits these are: the person's own, the most generous of their groups, or the instance's. */
  source: z.enum(['own', 'group', 'default']),
  used: z.object({ messages: z.number().int(), tokens: z.number().int() }),
  /** Null is unlimited. */
  left: z.object({ messages: z.number().int().nullable(), tokens: z.number().int().nullable() }),
  /** Midnight UTC. */
  resets_at: timestamp,
});
export type UserQuota = z.infer<typeof userQuota>;
